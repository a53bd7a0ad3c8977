/** The server asks for other credentials before anything was sent: the person would be asked for them. */
final class AuthenticationRequested extends TabletException {
    private static final long serialVersionUID = 1L;

    AuthenticationRequested() {
        super("the server asks for other credentials");
    }
}
