import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Prints the five lines that mean the most similar thing to a question: {@code java SemanticLines.java QUESTION [FILE]}, or
 * the lines of standard input. Java 17, nothing else; `akin` on the PATH, or where AKIN says.
 */
public final class SemanticLines {
    private static final int TOP = 5;
    /** Documents of one request; the server takes up to 16384. */
    private static final int BATCH = 10_000;

    private record Hit(double score, int line) {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        if (arguments.length < 1 || arguments.length > 2) {
            System.err.println("usage: java SemanticLines.java QUESTION [FILE]");
            System.exit(64);
        }
        // Whatever the terminal's locale says: what goes out is what came in.
        System.setOut(new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8));
        try {
            List<String> lines = lines(arguments.length == 2 ? Path.of(arguments[1]) : null);
            for (Hit hit : search(arguments[0], lines)) {
                System.out.printf(Locale.ROOT, "%.3f  %d: %s%n", hit.score, hit.line + 1, lines.get(hit.line));
            }
        } catch (NoSuchFileException error) {
            fail("there is no file " + error.getMessage());
        } catch (IOException error) {
            fail(error.getMessage());
        }
    }

    private static void fail(String message) {
        System.err.println(message);
        System.exit(1);
    }

    /** The lines of a file, or of standard input: UTF-8, and Latin-1 where a line is not. */
    private static List<String> lines(Path file) throws IOException {
        byte[] bytes = file == null ? System.in.readAllBytes() : Files.readAllBytes(file);
        List<String> lines = new ArrayList<>();
        for (int start = 0; start < bytes.length; ) {
            int end = start;
            while (end < bytes.length && bytes[end] != '\n') end++;
            boolean hasReturn = end > start && bytes[end - 1] == '\r';
            lines.add(decoded(ByteBuffer.wrap(bytes, start, end - start - (hasReturn ? 1 : 0))));
            start = end + 1;
        }
        return lines;
    }

    private static String decoded(ByteBuffer line) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(line.duplicate()).toString();
        } catch (CharacterCodingException notUTF8) {
            return StandardCharsets.ISO_8859_1.decode(line).toString();
        }
    }

    /** The program, where it is one that can be started; else a word of advice. */
    private static String program() throws IOException {
        String asked = System.getenv().getOrDefault("AKIN", "");
        String name = asked.isEmpty() ? "akin" : asked;
        Stream<Path> candidates = name.contains("/")
                ? Stream.of(Path.of(name))
                : Arrays.stream(System.getenv().getOrDefault("PATH", "").split(":")).map(folder -> Path.of(folder, name));
        if (candidates.anyMatch(path -> Files.isExecutable(path) && !Files.isDirectory(path))) return name;
        String where = asked.isEmpty()
                ? "there is no program 'akin' on the PATH"
                : "AKIN is set to '" + asked + "', which is not a program";
        throw new IOException(where + ": install Akin, or set AKIN to its path");
    }

    private static List<Hit> search(String question, List<String> lines) throws IOException, InterruptedException {
        Process server = new ProcessBuilder(program(), "serve").redirectError(ProcessBuilder.Redirect.INHERIT).start();
        List<Hit> hits = new ArrayList<>();
        try (OutputStream requests = server.getOutputStream();
                BufferedReader answers =
                        new BufferedReader(new InputStreamReader(server.getInputStream(), StandardCharsets.UTF_8))) {
            int count = 0;
            for (int start = 0; start < lines.size(); start += BATCH) {
                List<String> batch = lines.subList(start, Math.min(start + BATCH, lines.size()));
                // The id says where the batch begins: answers come as they are ready.
                requests.write((request(start, question, batch) + "\n").getBytes(StandardCharsets.UTF_8));
                count++;
            }
            requests.flush();
            for (; count > 0; count--) {
                String answer = answers.readLine();
                if (answer == null) throw new IOException("the server ended before it answered");
                collect((Map<?, ?>) new Json(answer).value(), hits);
            }
        }
        server.waitFor();
        hits.sort(Comparator.comparingDouble(Hit::score).reversed());
        return hits.subList(0, Math.min(TOP, hits.size()));
    }

    private static String request(int id, String question, List<String> documents) {
        List<String> quoted = documents.stream().map(Json::quote).toList();
        return """
                {"jsonrpc":"2.0","id":%d,"method":"search","params":{"query":%s,"topK":%d,"documents":[%s]}}"""
                .formatted(id, Json.quote(question), TOP, String.join(",", quoted));
    }

    /** What the server refuses it calls by its parameters: the documents are lines, from the one after {@code start} on. */
    private static String refusal(String message, int start) {
        Matcher place = Pattern.compile("params\\.documents\\[(\\d+)]\\S*: (.*)", Pattern.DOTALL).matcher(message);
        if (place.matches()) return "line " + (start + Integer.parseInt(place.group(1)) + 1) + ": " + place.group(2);
        return "akin: " + message.replaceFirst("params\\.query", "the question");
    }

    private static void collect(Map<?, ?> answer, List<Hit> hits) throws IOException {
        if (answer.get("error") instanceof Map<?, ?> error) {
            throw new IOException(refusal((String) error.get("message"), ((Double) answer.get("id")).intValue()));
        }
        int start = ((Double) answer.get("id")).intValue();
        List<?> results = (List<?>) ((Map<?, ?>) answer.get("result")).get("results");
        for (Object item : (List<?>) results.get(0)) {
            Map<?, ?> hit = (Map<?, ?>) item;
            hits.add(new Hit((Double) hit.get("score"), start + ((Double) hit.get("index")).intValue()));
        }
    }

    /** Reads one valid JSON value: maps, lists, strings, doubles, booleans and null. */
    private static final class Json {
        private final String text;
        private int at;

        Json(String text) {
            this.text = text;
        }

        static String quote(String string) {
            StringBuilder quoted = new StringBuilder("\"");
            for (char c : string.toCharArray()) {
                if (c == '"' || c == '\\') quoted.append('\\').append(c);
                else if (c < ' ' || Character.isSurrogate(c)) quoted.append("\\u%04x".formatted((int) c));
                else quoted.append(c);
            }
            return quoted.append('"').toString();
        }

        Object value() {
            skipBlanks();
            switch (text.charAt(at)) {
                case '{':
                    Map<String, Object> members = new LinkedHashMap<>();
                    while (more('}')) {
                        String key = (String) value();
                        skipBlanks();
                        at++; // the colon
                        members.put(key, value());
                    }
                    return members;
                case '[':
                    List<Object> items = new ArrayList<>();
                    while (more(']')) items.add(value());
                    return items;
                case '"':
                    return string();
                default:
                    int start = at;
                    while (at < text.length() && ",]} \t\r\n".indexOf(text.charAt(at)) < 0) at++;
                    String word = text.substring(start, at);
                    return switch (word) {
                        case "true" -> true;
                        case "false" -> false;
                        case "null" -> null;
                        default -> Double.valueOf(word);
                    };
            }
        }

        /** Steps over an opening bracket or a comma, or over the closing bracket, after which there is no more. */
        private boolean more(char closing) {
            skipBlanks();
            if (text.charAt(at) != closing) {
                at++;
                skipBlanks();
                if (text.charAt(at) != closing) return true;
            }
            at++;
            return false;
        }

        private String string() {
            StringBuilder string = new StringBuilder();
            for (at++; text.charAt(at) != '"'; at++) {
                char c = text.charAt(at);
                if (c == '\\') {
                    c = text.charAt(++at);
                    if (c == 'u') {
                        c = (char) Integer.parseInt(text.substring(at + 1, at + 5), 16);
                        at += 4;
                    } else {
                        int escape = "bfnrt".indexOf(c);
                        if (escape >= 0) c = "\b\f\n\r\t".charAt(escape);
                    }
                }
                string.append(c);
            }
            at++;
            return string.toString();
        }

        private void skipBlanks() {
            while (Character.isWhitespace(text.charAt(at))) at++;
        }
    }
}
