package dev.gatehouse.config;

import java.time.Duration;
import java.util.function.Function;

/** Values of a mapping that has been checked: what is not there has its default. */
record Values(Cursor place) {
  /** A text that must be there. */
  String text(String key) {
    return place.text(key).orElseThrow();
  }

  Duration duration(String key, Duration otherwise) {
    return place.text(key).flatMap(Quantities::duration).orElse(otherwise);
  }

  int whole(String key, int otherwise) {
    return place.text(key).map(Integer::parseInt).orElse(otherwise);
  }

  boolean flag(String key) {
    return place.text(key).map(Boolean::parseBoolean).orElse(false);
  }

  /** A word as what it stands for. */
  <T> T word(String key, T otherwise, Function<String, T> meaning) {
    return place.text(key).map(meaning).orElse(otherwise);
  }
}
