package dev.gatehouse.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * A place in a YAML document: a node and how it is addressed. Asking for what is not there, or is
 * of another kind, gives nothing: {@link Structure} has reported it.
 *
 * @param path dotted, with indices ({@code routes[3].limits[0]}); empty for the whole file
 */
record Cursor(Node node, String path) {
  private static final int LONGEST_QUOTE = 80;

  /** 1-based. */
  int line() {
    return line(node);
  }

  static int line(Node node) {
    return node.getStartMark().map(Mark::getLine).orElse(0) + 1;
  }

  /** The value of the first entry with this key. */
  Optional<Cursor> at(String key) {
    if (node instanceof MappingNode mapping) {
      for (NodeTuple entry : mapping.getValue()) {
        if (entry.getKeyNode() instanceof ScalarNode scalar && scalar.getValue().equals(key)) {
          return Optional.of(new Cursor(entry.getValueNode(), below(key)));
        }
      }
    }
    return Optional.empty();
  }

  /** Entries by key, in the order of the file; of several with one key the first. */
  Map<String, Cursor> entries() {
    Map<String, Cursor> entries = new LinkedHashMap<>();
    if (node instanceof MappingNode mapping) {
      for (NodeTuple entry : mapping.getValue()) {
        if (entry.getKeyNode() instanceof ScalarNode scalar) {
          String key = scalar.getValue();
          entries.putIfAbsent(key, new Cursor(entry.getValueNode(), below(key)));
        }
      }
    }
    return entries;
  }

  /** Entries of the mapping under this key; none if there is no such mapping. */
  Map<String, Cursor> entries(String key) {
    return at(key).map(Cursor::entries).orElse(Map.of());
  }

  List<Cursor> items() {
    if (!(node instanceof SequenceNode sequence)) {
      return List.of();
    }
    List<Node> nodes = sequence.getValue();
    return IntStream.range(0, nodes.size())
        .mapToObj(i -> new Cursor(nodes.get(i), path + '[' + i + ']'))
        .toList();
  }

  /** Items of the sequence under this key; none if there is no such sequence. */
  List<Cursor> items(String key) {
    return at(key).map(Cursor::items).orElse(List.of());
  }

  /** A scalar's text, whatever its type. */
  Optional<String> text() {
    return node instanceof ScalarNode scalar ? Optional.of(scalar.getValue()) : Optional.empty();
  }

  Optional<String> text(String key) {
    return at(key).flatMap(Cursor::text);
  }

  /** The texts of the scalars in the sequence under this key. */
  List<String> texts(String key) {
    return items(key).stream().flatMap(item -> item.text().stream()).toList();
  }

  boolean isMapping() {
    return node instanceof MappingNode;
  }

  boolean isSequence() {
    return node instanceof SequenceNode;
  }

  boolean isNull() {
    return node.getTag().equals(Tag.NULL);
  }

  /** What stands here, for a message. */
  String found() {
    if (node instanceof ScalarNode scalar) {
      return isNull() && scalar.getValue().isEmpty() ? "nothing" : quote(scalar.getValue());
    }
    return isMapping() ? "a mapping" : "a list";
  }

  /** How an entry of this mapping is addressed. */
  String below(String key) {
    return path.isEmpty() ? plain(key) : path + '.' + plain(key);
  }

  static String quote(String text) {
    return '"' + plain(text) + '"';
  }

  private static String plain(String text) {
    return text.length() <= LONGEST_QUOTE && isPlain(text) ? text : shortened(text);
  }

  private static boolean isPlain(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isISOControl(text.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  private static String shortened(String text) {
    StringBuilder plain = new StringBuilder();
    text.codePoints()
        .limit(LONGEST_QUOTE)
        .map(c -> Character.isISOControl(c) ? ' ' : c)
        .forEach(plain::appendCodePoint);
    return text.codePointCount(0, text.length()) > LONGEST_QUOTE
        ? plain.append('…').toString()
        : plain.toString();
  }
}
