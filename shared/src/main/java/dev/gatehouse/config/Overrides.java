package dev.gatehouse.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/**
 * Scalars that one deployment sets differently ({@code --set services.reservation.url=…}). Each is
 * written into the text where the old one stands; every other character, and so every line number,
 * stays.
 */
final class Overrides {
  private final Cursor root;
  private final Faults faults = new Faults();
  private final List<Edit> edits = new ArrayList<>();

  private Overrides(Cursor root) {
    this.root = root;
  }

  /** A text with its overrides, or why one of them cannot be. */
  sealed interface Applied {
    record Effective(String text) implements Applied {}

    record Refused(List<Fault> faults) implements Applied {}
  }

  /**
   * A replacement of code points.
   *
   * @param start of the first that goes
   * @param end behind the last that goes
   */
  private record Edit(int start, int end, String text) {}

  static Applied apply(String source, Map<String, String> overrides) {
    if (overrides.isEmpty()) {
      return new Applied.Effective(source);
    }
    return switch (Document.parse(source)) {
      case Document.Broken(Fault fault) -> new Applied.Refused(List.of(fault));
      case Document.Tree(Cursor root) -> new Overrides(root).write(source, overrides);
    };
  }

  private Applied write(String source, Map<String, String> overrides) {
    overrides.forEach(this::locate);
    if (!faults.none()) {
      return new Applied.Refused(faults.list());
    }
    StringBuilder text = new StringBuilder(source);
    edits.sort(Comparator.comparingInt(Edit::start).reversed());
    for (Edit edit : edits) {
      int start = source.offsetByCodePoints(0, edit.start());
      text.replace(start, source.offsetByCodePoints(0, edit.end()), edit.text());
    }
    return new Applied.Effective(text.toString());
  }

  private void locate(String path, String value) {
    Cursor place = root;
    for (String step : path.replace("[", ".[").split("\\.", -1)) {
      Optional<Cursor> next = step(place, step);
      if (next.isEmpty()) {
        refuse(path, 1, "nothing there", "the path of a value in the file");
        return;
      }
      place = next.get();
      if (place.node().getAnchor().isPresent()) {
        refuse(path, place.line(), "a value with an anchor", "a value that stands in one place");
        return;
      }
    }
    replace(path, place, value);
  }

  private static Optional<Cursor> step(Cursor place, String step) {
    if (place.isSequence()) {
      return place.items().stream().filter(item -> isNamed(item, step)).findFirst();
    }
    return place.at(step);
  }

  private static boolean isNamed(Cursor item, String step) {
    return step.startsWith("[")
        ? item.path().endsWith(step)
        : item.text("name").filter(step::equals).isPresent();
  }

  private void replace(String path, Cursor place, String value) {
    Optional<Mark> start = place.node().getStartMark();
    Optional<Mark> end = place.node().getEndMark();
    if (!(place.node() instanceof ScalarNode scalar)
        || start.isEmpty()
        || end.isEmpty()
        || start.get().getLine() != end.get().getLine()
        || start.get().getIndex() == end.get().getIndex()) {
      refuse(path, place.line(), place.found(), "a value on one line");
      return;
    }
    edits.add(new Edit(start.get().getIndex(), end.get().getIndex(), spell(scalar, value)));
  }

  private void refuse(String path, int line, String found, String expected) {
    faults.add(line, "--set " + path, found, expected);
  }

  /** A value as YAML; a text stays a text, also when it looks like a number. */
  private static String spell(ScalarNode old, String value) {
    boolean quoted = old.getScalarStyle() != ScalarStyle.PLAIN;
    boolean text = old.getTag().equals(Tag.STR);
    return !quoted && isPlain(value) && !(text && isTyped(value)) ? value : quote(value);
  }

  private static boolean isTyped(String value) {
    return switch (Document.parse(value)) {
      case Document.Broken _ -> true;
      case Document.Tree(Cursor root) -> !root.node().getTag().equals(Tag.STR);
    };
  }

  /** Whether a value means itself without quotes, in block and in flow style. */
  private static boolean isPlain(String value) {
    return !value.isEmpty()
        && !value.endsWith(":")
        && Characters.consistsOf(value.substring(0, 1), "/", 1)
        && Characters.consistsOf(value, "/._:@%+=&?~*!$;()^|-", 4096);
  }

  private static String quote(String value) {
    StringBuilder quoted = new StringBuilder("\"");
    value
        .codePoints()
        .forEach(
            c -> {
              if (c == '"' || c == '\\') {
                quoted.append('\\').appendCodePoint(c);
              } else if (isSpecial(c)) {
                quoted.append("\\U%08x".formatted(c));
              } else {
                quoted.appendCodePoint(c);
              }
            });
    return quoted.append('"').toString();
  }

  /**
   * Whether YAML needs an escape: not printable, a control character or a byte order mark (YAML 1.2
   * section 5.1).
   */
  private static boolean isSpecial(int c) {
    return !StreamReader.isPrintable(c) || Character.isISOControl(c) || c == 0xfeff;
  }
}
