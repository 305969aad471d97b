package dev.warmvoice.pool.rate;

import dev.warmvoice.pool.Account;
import java.util.Map;
import java.util.Objects;

/** The rate of each account. Thread-safe. */
public final class Rates {

    private final Map<Account, TaskRate> rates;

    Rates(Map<Account, TaskRate> rates) {
        this.rates = Map.copyOf(rates);
    }

    public TaskRate rate(Account account) {
        return Objects.requireNonNull(rates.get(account), "each account has a rate");
    }
}
