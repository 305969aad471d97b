package dev.warmvoice.pool;

import dev.warmvoice.pool.AccountConfig.Region;
import io.quarkus.runtime.configuration.ConfigurationException;
import java.net.URI;
import java.util.regex.Pattern;

/** Where the service is, as the settings say: at a URL, or in a region, at the host of a workspace if there is one. */
final class ServiceAddress {

    /** What a host's name has between two dots. */
    private static final Pattern LABEL = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?");
    private static final String PATH = "/api-ws/v1/inference/";

    private ServiceAddress() {
    }

    /** @throws ConfigurationException with one sentence that names the settings */
    static URI of(Account account) {
        AccountConfig config = account.config();
        if (config.url().isPresent() && config.region().isPresent()) {
            throw new ConfigurationException(account.settingOrVariable("url") + " and " + account.setting("region")
                    + " are both set, and only one of them may be.");
        }
        return config.url().map(url -> checked(account, url)).orElseGet(() -> ofRegion(account));
    }

    private static URI checked(Account account, URI url) {
        String scheme = String.valueOf(url.getScheme());
        if ((!scheme.equals("ws") && !scheme.equals("wss")) || url.getHost() == null) {
            // Not the rest of it, which may hold a password.
            throw new ConfigurationException(account.setting("url") + " has the scheme \"" + scheme
                    + "\" and must begin with ws:// or wss:// and a host.");
        }
        return url;
    }

    /** Without a region, a workspace is only named in a header. */
    private static URI ofRegion(Account account) {
        AccountConfig config = account.config();
        Region region = config.region().orElse(Region.CN_BEIJING);
        String host = config.region().isPresent()
                ? config.workspace().map(workspace -> host(account, workspace.strip(), region))
                        .orElse(region.publicHost())
                : region.publicHost();
        return URI.create("wss://" + host + PATH);
    }

    private static String host(Account account, String workspace, Region region) {
        if (!LABEL.matcher(workspace).matches()) {
            throw new ConfigurationException(account.settingOrVariable("workspace")
                    + " becomes part of a host name, since " + account.setting("region")
                    + " is set, and must be 1 to 63 letters, digits and hyphens.");
        }
        return workspace + "." + region.id() + ".maas.aliyuncs.com";
    }
}
