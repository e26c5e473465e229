package dev.gatehouse.config;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** Checks a file against its {@link Form}: keys, kinds, notations and bounds. */
final class Structure {
  private final Faults faults;

  Structure(Faults faults) {
    this.faults = faults;
  }

  void check(Cursor place, Form form) {
    switch (form) {
      case Form.Text(Notation notation) -> text(place, form, notation);
      case Form.Words words -> words(place, words);
      case Form.Whole whole -> whole(place, whole);
      case Form.Numbers numbers -> numbers(place, numbers);
      case Form.Flag flag -> flag(place, flag);
      case Form.Span span -> span(place, span);
      case Form.Items items -> items(place, items);
      case Form.Keys keys -> keys(place, keys);
      case Form.Named named -> named(place, named);
      case Form.Either(List<Form> forms) -> either(place, form, forms);
    }
  }

  private void text(Cursor place, Form form, Notation notation) {
    Optional<String> text = place.text().filter(_ -> !place.isNull());
    if (text.isEmpty()) {
      faults.at(place, form.expected());
    } else if (isTyped(place) && notation.refusal().apply(text.get()).isEmpty()) {
      faults.at(place, "a text in quotes");
    } else {
      notation.refusal().apply(text.get()).ifPresent(expected -> faults.at(place, expected));
    }
  }

  /** Whether YAML takes this scalar for a number or a truth value. */
  private static boolean isTyped(Cursor place) {
    Tag tag = place.node().getTag();
    return tag.equals(Tag.INT) || tag.equals(Tag.FLOAT) || tag.equals(Tag.BOOL);
  }

  private void words(Cursor place, Form.Words form) {
    String text = place.text().orElse("");
    if (!form.words().contains(text)) {
      faults.at(place, form.expected() + Faults.didYouMean(text, form.words()::stream));
    }
  }

  private void whole(Cursor place, Form.Whole form) {
    boolean valid =
        place.node().getTag().equals(Tag.INT)
            && place.text().filter(text -> isWithin(text, form)).isPresent();
    if (!valid) {
      faults.at(place, form.expected());
    }
  }

  private static boolean isWithin(String text, Form.Whole form) {
    try {
      int number = Integer.parseInt(text);
      return number >= form.min() && number <= form.max();
    } catch (NumberFormatException e) {
      return false;
    }
  }

  private void numbers(Cursor place, Form.Numbers form) {
    boolean valid =
        place.node().getTag().equals(Tag.INT)
            && form.numbers().stream()
                .map(String::valueOf)
                .anyMatch(place.text().orElse("")::equals);
    if (!valid) {
      faults.at(place, form.expected());
    }
  }

  private void flag(Cursor place, Form.Flag form) {
    if (!place.node().getTag().equals(Tag.BOOL)) {
      faults.at(place, form.expected());
    }
  }

  private void span(Cursor place, Form.Span form) {
    boolean valid =
        place
            .text()
            .flatMap(Quantities::duration)
            .filter(duration -> duration.compareTo(form.min()) >= 0)
            .filter(duration -> duration.compareTo(form.max()) <= 0)
            .isPresent();
    if (!valid) {
      faults.at(place, form.expected());
    }
  }

  private void items(Cursor place, Form.Items form) {
    List<Cursor> items = place.items();
    if (!place.isSequence()) {
      faults.at(place, form.expected());
    } else if (items.size() < form.least()) {
      faults.add(place.line(), place.path(), "an empty list", form.expected());
    }
    items.forEach(item -> check(item, form.item()));
  }

  private void named(Cursor place, Form.Named form) {
    if (!(place.node() instanceof MappingNode mapping)) {
      faults.at(place, form.expected());
      return;
    }
    for (NodeTuple entry : distinct(place, mapping)) {
      Cursor value = child(place, entry);
      String name = ((ScalarNode) entry.getKeyNode()).getValue();
      int line = Cursor.line(entry.getKeyNode());
      form.name()
          .refusal()
          .apply(name)
          .ifPresent(expected -> faults.add(line, value.path(), Cursor.quote(name), expected));
      check(value, form.value());
    }
  }

  private void keys(Cursor place, Form.Keys form) {
    if (!(place.node() instanceof MappingNode mapping)) {
      faults.at(place, form.expected());
      return;
    }
    for (NodeTuple entry : distinct(place, mapping)) {
      String name = ((ScalarNode) entry.getKeyNode()).getValue();
      form.key(name)
          .ifPresentOrElse(
              key -> check(child(place, entry), key.form()), () -> unknown(place, entry, form));
    }
    for (Form.Key key : form.keys()) {
      if (key.required() && place.at(key.name()).isEmpty()) {
        missing(place, place.below(key.name()), key.form().expected());
      }
    }
    form.oneOf().forEach(group -> oneOf(place, group));
  }

  private void oneOf(Cursor place, List<String> group) {
    List<String> present = group.stream().filter(key -> place.at(key).isPresent()).toList();
    if (present.size() != 1) {
      String found = present.isEmpty() ? "none of them" : String.join(" and ", present);
      faults.add(place.line(), place.path(), found, "one of " + String.join(", ", group));
    }
  }

  private void unknown(Cursor place, NodeTuple entry, Form.Keys form) {
    String name = ((ScalarNode) entry.getKeyNode()).getValue();
    String hint = Faults.didYouMean(name, () -> form.keys().stream().map(Form.Key::name));
    int line = Cursor.line(entry.getKeyNode());
    String expected = "one of " + form.names() + hint;
    faults.add(line, place.below(name), "unknown key " + Cursor.quote(name), expected);
  }

  private void missing(Cursor place, String path, String expected) {
    faults.add(place.line(), path, "nothing", expected);
  }

  /** The entries with a scalar key, the first of each; the others are faults. */
  private List<NodeTuple> distinct(Cursor place, MappingNode mapping) {
    Map<String, Node> keys = new HashMap<>();
    return mapping.getValue().stream().filter(entry -> isFirst(place, entry, keys)).toList();
  }

  private boolean isFirst(Cursor place, NodeTuple entry, Map<String, Node> keys) {
    int line = Cursor.line(entry.getKeyNode());
    if (!(entry.getKeyNode() instanceof ScalarNode key)) {
      faults.add(line, place.path(), "a key that is not a text", "a text as key");
      return false;
    }
    Node first = keys.putIfAbsent(key.getValue(), key);
    if (first != null) {
      String found = "key " + Cursor.quote(key.getValue()) + " a second time";
      String expected = "each key once; line " + Cursor.line(first) + " has it";
      faults.add(line, place.below(key.getValue()), found, expected);
    }
    return first == null;
  }

  private static Cursor child(Cursor place, NodeTuple entry) {
    String key = ((ScalarNode) entry.getKeyNode()).getValue();
    return new Cursor(entry.getValueNode(), place.below(key));
  }

  private void either(Cursor place, Form form, List<Form> forms) {
    forms.stream()
        .filter(candidate -> isOfKind(place, candidate))
        .findFirst()
        .ifPresentOrElse(
            candidate -> check(place, candidate), () -> faults.at(place, form.expected()));
  }

  private static boolean isOfKind(Cursor place, Form form) {
    return switch (form) {
      case Form.Items _ -> place.isSequence();
      case Form.Keys _, Form.Named _ -> place.isMapping();
      case Form.Text _, Form.Words _, Form.Whole _, Form.Numbers _, Form.Flag _, Form.Span _ ->
          !place.isNull() && !place.isSequence() && !place.isMapping();
      case Form.Either(List<Form> forms) -> forms.stream().anyMatch(each -> isOfKind(place, each));
    };
  }
}
