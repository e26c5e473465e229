package dev.gatehouse.config;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What may stand at a place of gateway.yaml. {@link Structure} checks a file against it, {@link
 * GatewaySchema} writes it down for editors.
 */
sealed interface Form {
  /** The right form in words. */
  String expected();

  /** A text that is written in a certain way. */
  record Text(Notation notation) implements Form {
    @Override
    public String expected() {
      return notation.expected();
    }
  }

  /** One of these words. */
  record Words(List<String> words) implements Form {
    Words(String... words) {
      this(List.of(words));
    }

    @Override
    public String expected() {
      return words.size() == 1 ? words.getFirst() : "one of " + String.join(", ", words);
    }
  }

  /** A whole number. */
  record Whole(int min, int max) implements Form {
    @Override
    public String expected() {
      return max == Integer.MAX_VALUE
          ? "a whole number of at least " + min
          : "a whole number from " + min + " to " + max;
    }
  }

  /** One of these numbers. */
  record Numbers(List<Integer> numbers) implements Form {
    @Override
    public String expected() {
      return numbers.stream().map(String::valueOf).collect(Collectors.joining(" or "));
    }
  }

  /** True or false. */
  record Flag() implements Form {
    @Override
    public String expected() {
      return "true or false";
    }
  }

  /** A duration within bounds. */
  record Span(Duration min, Duration max, String example) implements Form {
    static final String PATTERN = "^(0|[1-9][0-9]{0,8})(ms|s|m|h|d)$";

    @Override
    public String expected() {
      String bounds = Quantities.spell(min) + " to " + Quantities.spell(max);
      return "a duration from " + bounds + " with its unit (ms, s, m, h, d), such as " + example;
    }
  }

  /** A list. */
  record Items(Form item, int least) implements Form {
    @Override
    public String expected() {
      String list = item instanceof Keys ? "a list of mappings" : "a list, each " + item.expected();
      return least > 0 ? list + ", at least " + least : list;
    }
  }

  /**
   * A mapping with certain keys.
   *
   * @param oneOf groups of keys of which exactly one is necessary
   * @param title what the mapping describes
   */
  record Keys(String title, List<Key> keys, List<List<String>> oneOf) implements Form {
    Keys(String title, Key... keys) {
      this(title, List.of(keys), List.of());
    }

    /** The same with one more group of keys of which exactly one is necessary. */
    Keys oneOf(String... group) {
      return new Keys(title, keys, List.of(List.of(group)));
    }

    @Override
    public String expected() {
      return "a mapping with " + names();
    }

    String names() {
      return keys.stream().map(Key::name).collect(Collectors.joining(", "));
    }

    Optional<Key> key(String name) {
      return keys.stream().filter(key -> key.name().equals(name)).findFirst();
    }
  }

  /** A mapping of names that the file chooses. */
  record Named(String what, Notation name, Form value) implements Form {
    Named(String what, Form value) {
      this(what, Notation.NAME, value);
    }

    @Override
    public String expected() {
      return "a mapping of names to " + what;
    }
  }

  /** Several forms, at most one for each kind of node. */
  record Either(List<Form> forms) implements Form {
    Either(Form... forms) {
      this(List.of(forms));
    }

    @Override
    public String expected() {
      return forms.stream().map(Form::expected).collect(Collectors.joining("; or "));
    }
  }

  /**
   * One key of a mapping.
   *
   * @param description one sentence for editors
   */
  record Key(String name, boolean required, Form form, String description) {
    static Key required(String name, Form form, String description) {
      return new Key(name, true, form, description);
    }

    static Key optional(String name, Form form, String description) {
      return new Key(name, false, form, description);
    }
  }
}
