package dev.warmvoice.speech.normalize;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Shortens addresses of web pages to what is spoken of them: the host, without {@code www}. */
final class WebAddresses {

    private static final Pattern START = Pattern.compile(
            "(?<![a-zA-Z0-9])(?:(?:https?|ftp)://(?:www\\.)?|www\\.)(?=[\\p{L}\\p{N}])",
            Pattern.CASE_INSENSITIVE);

    private WebAddresses() {
    }

    /** The text with the hosts of its addresses in their place, also in links: where a link leads is not heard. */
    static String toHosts(String text) {
        if (!text.contains("://") && !text.contains("www.") && !text.contains("WWW.")) {
            return text;
        }
        StringBuilder result = new StringBuilder();
        Matcher start = START.matcher(text);
        int done = 0;
        while (done < text.length() && start.find(done)) {
            int end = end(text, start.end());
            boolean enclosed = start.start() > done && text.charAt(start.start() - 1) == '<' && end < text.length()
                    && text.charAt(end) == '>';
            result.append(text, done, enclosed ? start.start() - 1 : start.start());
            result.append(host(text.substring(start.end(), end)));
            done = enclosed ? end + 1 : end;
        }
        return result.append(text, done, text.length()).toString();
    }

    /** Without a parenthesis that was opened before the address, and without punctuation at the end. */
    private static int end(String text, int begin) {
        int parentheses = 0;
        int end = begin;
        for (; end < text.length() && isPart(text.charAt(end)); end++) {
            char c = text.charAt(end);
            parentheses += c == '(' ? 1 : c == ')' ? -1 : 0;
            if (parentheses < 0) {
                break;
            }
        }
        while (end > begin && ".,;:!?'*_~".indexOf(text.charAt(end - 1)) >= 0) {
            end--;
        }
        return end;
    }

    private static boolean isPart(char c) {
        return c > ' ' && "<>\"`[]|\\^{}".indexOf(c) < 0
                && (c < 0x80 || (Character.isLetter(c) && !Chars.isWide(c)));
    }

    private static String host(String address) {
        String authority = address.split("[/?#]", 2)[0];
        String host = authority.substring(authority.lastIndexOf('@') + 1);
        int port = host.indexOf(':');
        return port < 0 ? host : host.substring(0, port);
    }
}
