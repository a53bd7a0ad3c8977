import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

import javax.xml.parsers.DocumentBuilderFactory;
import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

final class Xml {
    static Document parse(byte[] xml) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setNamespaceAware(true);
        factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
        var builder = factory.newDocumentBuilder();
        builder.setErrorHandler(null);
        return builder.parse(new ByteArrayInputStream(xml));
    }

    /** The first element with a local name, in document order; null if there is none. */
    static Element first(Document document, String localName) {
        return (Element) document.getElementsByTagNameNS("*", localName).item(0);
    }

    static List<Element> children(Element parent, String namespace, String localName) {
        List<Element> children = new ArrayList<>();
        for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Element element && localName.equals(element.getLocalName())
                && Objects.equals(namespace, element.getNamespaceURI())) {
                children.add(element);
            }
        }
        return children;
    }

    /** The trimmed text of a child element; null if there is no such element or it is blank. */
    static String text(Element parent, String localName) {
        List<Element> found = children(parent, parent.getNamespaceURI(), localName);
        String text = found.isEmpty() ? "" : found.get(0).getTextContent().trim();
        return text.isEmpty() ? null : text;
    }
}
