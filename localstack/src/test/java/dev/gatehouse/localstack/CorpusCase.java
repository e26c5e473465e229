package dev.gatehouse.localstack;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * One line of {@code routing/corpus.txt}: {@code method target | fields | body | expected}. Octets
 * are written as characters or {@code \xNN}.
 *
 * @param fields each ends its own line
 * @param expected {@code service target}, or the status of a refusal
 */
record CorpusCase(
    int number, String method, String target, List<String> fields, String body, String expected) {
  private static final Pattern OCTET = Pattern.compile("\\\\x([0-9a-f]{2})");

  static List<CorpusCase> all() {
    try (InputStream stream =
        Objects.requireNonNull(CorpusCase.class.getResourceAsStream("/routing/corpus.txt"))) {
      List<CorpusCase> cases = new ArrayList<>();
      new String(stream.readAllBytes(), UTF_8)
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .forEach(line -> cases.add(of(cases.size(), line)));
      return cases;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static CorpusCase of(int number, String line) {
    String[] parts = line.split("\\|", -1);
    String[] first = parts[0].strip().split(" ", 2);
    List<String> fields =
        Stream.of(parts[1].strip().split(" ;; ", -1)).filter(field -> !field.isEmpty()).toList();
    return new CorpusCase(
        number,
        first[0],
        octets(first[1]),
        fields.stream().map(CorpusCase::octets).toList(),
        octets(parts[2].strip()),
        parts[3].strip());
  }

  private static String octets(String text) {
    return OCTET
        .matcher(text)
        .replaceAll(
            (MatchResult octet) ->
                Matcher.quoteReplacement(
                    String.valueOf((char) Integer.parseInt(octet.group(1), 16))));
  }

  boolean isRefused() {
    return Character.isDigit(expected.charAt(0));
  }

  String service() {
    return expected.split(" ", 2)[0];
  }

  /** What tells the case's request apart from all others. */
  String marker() {
    return "case-" + number;
  }

  byte[] octets() {
    StringBuilder request = new StringBuilder(method + " " + target + " HTTP/1.1\r\n");
    if (fields.stream().noneMatch(field -> field.startsWith("Host:"))) {
      request.append("Host: routing.example\r\n");
    }
    request.append("X-Case: ").append(marker()).append("\r\n");
    fields.forEach(field -> request.append(field).append("\r\n"));
    if (fields.stream().noneMatch(field -> field.startsWith("Connection:"))) {
      request.append("Connection: close\r\n");
    }
    if (!body.isEmpty() && fields.stream().noneMatch(field -> field.startsWith("Transfer-"))) {
      request.append("Content-Length: ").append(body.length()).append("\r\n");
    }
    return request.append("\r\n").append(body).toString().getBytes(ISO_8859_1);
  }

  @Override
  public String toString() {
    return number + ": " + method + " " + target + " " + fields + " -> " + expected;
  }
}
