package empty;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;

/** The only endpoint of an empty application. */
@Path("/")
public class Empty {

    /** @return a text that shows that the application runs */
    @GET
    public String answer() {
        return "here";
    }
}
