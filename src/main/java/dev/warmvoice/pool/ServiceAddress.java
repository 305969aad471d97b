package dev.warmvoice.pool;

import dev.warmvoice.pool.DashscopeConfig.Region;
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
    static URI of(DashscopeConfig config) {
        if (config.url().isPresent() && config.region().isPresent()) {
            throw new ConfigurationException("warmvoice.dashscope.url (or DASHSCOPE_WEBSOCKET_BASE_URL) and"
                    + " warmvoice.dashscope.region are both set, and only one of them may be.");
        }
        return config.url().map(ServiceAddress::checked).orElseGet(() -> ofRegion(config));
    }

    private static URI checked(URI url) {
        String scheme = String.valueOf(url.getScheme());
        if ((!scheme.equals("ws") && !scheme.equals("wss")) || url.getHost() == null) {
            // Not the rest of it, which may hold a password.
            throw new ConfigurationException("warmvoice.dashscope.url has the scheme \"" + scheme
                    + "\" and must begin with ws:// or wss:// and a host.");
        }
        return url;
    }

    /** Without a region, a workspace is only named in a header. */
    private static URI ofRegion(DashscopeConfig config) {
        Region region = config.region().orElse(Region.CN_BEIJING);
        String host = config.region().isPresent()
                ? config.workspace().map(workspace -> host(workspace.strip(), region)).orElse(region.publicHost())
                : region.publicHost();
        return URI.create("wss://" + host + PATH);
    }

    private static String host(String workspace, Region region) {
        if (!LABEL.matcher(workspace).matches()) {
            throw new ConfigurationException("warmvoice.dashscope.workspace (or DASHSCOPE_WORKSPACE_ID) becomes part of"
                    + " a host name, since warmvoice.dashscope.region is set, and must be 1 to 63 letters, digits and"
                    + " hyphens.");
        }
        return workspace + "." + region.id() + ".maas.aliyuncs.com";
    }
}
