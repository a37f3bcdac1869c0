// java -cp … Rome.java URL: what ROME reads, one JSON line for each entry.

import com.rometools.rome.feed.synd.SyndContent;
import com.rometools.rome.feed.synd.SyndEnclosure;
import com.rometools.rome.feed.synd.SyndEntry;
import com.rometools.rome.io.SyndFeedInput;
import com.rometools.rome.io.XmlReader;
import java.io.PrintStream;
import java.net.URL;
import java.util.Date;
import java.util.StringJoiner;

public class Rome {
    static String quoted(String text) {
        if (text == null) return "null";
        StringBuilder out = new StringBuilder("\"");
        for (char each : text.toCharArray()) {
            if (each == '"' || each == '\\') out.append('\\').append(each);
            else if (each < ' ' || each > '~') out.append(String.format("\\u%04x", (int) each));
            else out.append(each);
        }
        return out.append('"').toString();
    }

    static String stamp(Date date) {
        return date == null ? "null" : Long.toString(Math.floorDiv(date.getTime(), 1000L));
    }

    public static void main(String[] arguments) throws Exception {
        PrintStream out = new PrintStream(System.out, true, "US-ASCII");
        for (SyndEntry entry : new SyndFeedInput().build(new XmlReader(new URL(arguments[0]))).getEntries()) {
            StringJoiner files = new StringJoiner(",", "[", "]");
            for (SyndEnclosure each : entry.getEnclosures())
                files.add("[" + quoted(each.getUrl()) + "," + each.getLength() + "," + quoted(each.getType()) + "]");
            String content = entry.getDescription() == null ? null : entry.getDescription().getValue();
            for (SyndContent each : entry.getContents()) content = each.getValue();
            out.printf("{\"title\":%s,\"published\":%s,\"updated\":%s,\"link\":%s,\"id\":%s,\"enclosures\":%s,\"content\":%s}%n",
                quoted(entry.getTitle()), stamp(entry.getPublishedDate()), stamp(entry.getUpdatedDate()),
                quoted(entry.getLink()), quoted(entry.getUri()), files, quoted(content));
        }
    }
}
