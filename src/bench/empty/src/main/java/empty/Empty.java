package empty;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;

/** All that an empty application does. */
@Path("/")
public class Empty {

    /** @return something, so that one sees that it runs */
    @GET
    public String answer() {
        return "here";
    }
}
