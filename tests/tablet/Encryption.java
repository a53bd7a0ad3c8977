import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import javax.crypto.spec.SecretKeySpec;

/**
 * Encrypts one finalised submission: each file under a key of its own making, the key under the form's public key.
 *
 * <p>Source: ODK XForms specification, section Encryption.
 */
final class Encryption {
    private static final String XML_NAME = "submission.xml";
    private static final String OPENROSA_NAMESPACE = "http://openrosa.org/xforms";
    private static final int KEY_BYTES = 32;

    private final PublicKey publicKey;
    private final SecretKeySpec key;
    private final byte[] seed;
    private final StringBuilder signed = new StringBuilder();
    private int files;

    private Encryption(String base64PublicKey, String instanceId) throws GeneralSecurityException {
        byte[] encoded = Base64.getMimeDecoder().decode(base64PublicKey);
        publicKey = KeyFactory.getInstance("RSA").generatePublic(new X509EncodedKeySpec(encoded));
        byte[] secret = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(secret);
        key = new SecretKeySpec(secret, "AES");
        MessageDigest digest = MessageDigest.getInstance("MD5");
        digest.update(instanceId.getBytes(StandardCharsets.UTF_8));
        seed = digest.digest(secret);
    }

    /**
     * Puts encrypted files in the place of the plain ones, and the list of them in the place of the XML.
     *
     * @return MD5 of what was encrypted, by plain file name
     */
    static Map<String, String> encrypt(Path xml, StoredForm form, String instanceId, String publicKey, String namespace)
        throws Exception {
        Encryption encryption = new Encryption(publicKey, instanceId);
        String wrappedKey = encryption.wrapped(encryption.key.getEncoded());
        encryption.sign(form.formId());
        if (!form.version().isEmpty()) {
            encryption.sign(form.version());
        }
        encryption.sign(wrappedKey);
        encryption.sign(instanceId);

        Map<String, String> plain = new TreeMap<>();
        List<String> media = new ArrayList<>();
        for (Path file : Disk.children(xml.getParent())) {
            if (!file.equals(xml) && !file.getFileName().toString().startsWith(".")) {
                media.add(file.getFileName().toString());
                plain.put(file.getFileName().toString(), encryption.encrypt(file, file.getFileName().toString()));
                Files.delete(file);
            }
        }
        plain.put(XML_NAME, encryption.encrypt(xml, XML_NAME));
        Files.writeString(xml, encryption.manifest(form, instanceId, wrappedKey, media, namespace));
        return plain;
    }

    /** Writes NAME.enc beside the file; gives the MD5 of the plain bytes. */
    private String encrypt(Path file, String name) throws IOException, GeneralSecurityException {
        byte[] plain = Files.readAllBytes(file);
        String md5 = Disk.md5(plain);
        sign(name + "::" + md5);
        seed[files % seed.length]++;
        files++;
        Cipher cipher = Cipher.getInstance("AES/CFB/PKCS5Padding");
        cipher.init(Cipher.ENCRYPT_MODE, key, new IvParameterSpec(seed));
        Files.write(file.resolveSibling(name + ".enc"), cipher.doFinal(plain));
        return md5;
    }

    private void sign(String line) {
        signed.append(line).append('\n');
    }

    private String wrapped(byte[] bytes) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("RSA/ECB/OAEPPadding");
        cipher.init(Cipher.ENCRYPT_MODE, publicKey,
            new OAEPParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, PSource.PSpecified.DEFAULT));
        return Base64.getEncoder().encodeToString(cipher.doFinal(bytes));
    }

    private String signature() throws GeneralSecurityException {
        byte[] text = signed.toString().getBytes(StandardCharsets.UTF_8);
        return wrapped(MessageDigest.getInstance("MD5").digest(text));
    }

    private String manifest(StoredForm form, String instanceId, String wrappedKey, List<String> media, String namespace)
        throws GeneralSecurityException {
        StringBuilder xml = new StringBuilder("<data xmlns=\"" + namespace + "\" id=\"" + Xml.escape(form.formId()) + "\"");
        if (!form.version().isEmpty()) {
            xml.append(" version=\"").append(Xml.escape(form.version())).append('"');
        }
        xml.append(" encrypted=\"yes\"><base64EncryptedKey>").append(wrappedKey).append("</base64EncryptedKey>")
            .append("<orx:meta xmlns:orx=\"" + OPENROSA_NAMESPACE + "\"><orx:instanceID>").append(Xml.escape(instanceId))
            .append("</orx:instanceID></orx:meta>\n");
        for (String name : media) {
            xml.append("<media><file>").append(Xml.escape(name)).append(".enc</file></media>\n");
        }
        return xml.append("<encryptedXmlFile>" + XML_NAME + ".enc</encryptedXmlFile><base64EncryptedElementSignature>")
            .append(signature()).append("</base64EncryptedElementSignature></data>").toString();
    }
}
