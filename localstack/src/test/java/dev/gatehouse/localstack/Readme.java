package dev.gatehouse.localstack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** The README, whose commands and files are checked. */
public final class Readme {
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```(\\w*)\\n(.*?)^```$");

  private Readme() {}

  /** All of it. */
  public static String text() {
    try {
      return Files.readString(Path.of("..", "README.md"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The first block of a language that contains a text. */
  public static String block(String language, String containing) {
    return blocks(language).stream()
        .filter(block -> block.contains(containing))
        .findFirst()
        .orElseThrow();
  }

  /** The blocks of a language, as they stand. */
  public static List<String> blocks(String language) {
    return BLOCK
        .matcher(text())
        .results()
        .filter(match -> match.group(1).equals(language))
        .map(match -> match.group(2))
        .toList();
  }
}
