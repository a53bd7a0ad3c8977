import org.w3c.dom.Document;
import org.w3c.dom.Element;

import java.io.IOException;
import java.nio.file.Files;

/**
 * What the submission element of a form asks for.
 *
 * <p>autoSend is "true" (always), "false" (never) or "" (as set on the tablet); publicKey is "" for a form that is not
 * encrypted; entire is false for a form that sends only a part of itself.
 */
record SubmissionRules(boolean editable, boolean entire, String autoSend, String publicKey) {
    private static final String ODK_NAMESPACE = "http://www.opendatakit.org/xforms";

    static SubmissionRules of(StoredForm form) throws IOException {
        return of(Xml.parse(Files.readAllBytes(form.xml())));
    }

    static SubmissionRules of(Document form) {
        Element submission = Xml.first(form, "submission");
        if (submission == null) {
            return new SubmissionRules(false, true, "", "");
        }
        String part = submission.getAttribute("ref");
        return new SubmissionRules("true".equals(submission.getAttributeNS(ODK_NAMESPACE, "client-editable")),
            part.isEmpty() || part.equals("/"), Xml.attribute(submission, "auto-send"),
            submission.getAttribute("base64RsaPublicKey").trim());
    }

    /** Whether auto-send takes submissions of this form. */
    boolean isSentAutomatically(boolean autoSendIsOn) {
        return autoSend.equals("true") || (autoSendIsOn && !autoSend.equals("false"));
    }
}
