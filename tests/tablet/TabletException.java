/** Something the person holding a real tablet would be told about. */
class TabletException extends Exception {
    private static final long serialVersionUID = 1L;

    TabletException(String message) {
        super(message);
    }
}
