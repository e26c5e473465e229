package dev.gatehouse.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** The faults found so far; reading goes on after each, so that all are reported together. */
final class Faults {
  private final List<Fault> found = new ArrayList<>();

  /** What stands at this place is not what was expected. */
  void at(Cursor place, String expected) {
    add(place.line(), place.path(), place.found(), expected);
  }

  void add(int line, String path, String found, String expected) {
    found(new Fault(line, path, found, expected));
  }

  void found(Fault fault) {
    if (!found.contains(fault)) {
      found.add(fault);
    }
  }

  boolean none() {
    return found.isEmpty();
  }

  /** In the order of their lines. */
  List<Fault> list() {
    return found.stream().sorted(Comparator.comparingInt(Fault::line)).toList();
  }

  /** The one of these names that this one is probably meant to be, as the end of a sentence. */
  static String didYouMean(String name, Supplier<Stream<String>> names) {
    int tolerance = tolerance(name.length());
    return names
        .get()
        .filter(other -> distance(name, other, tolerance) <= tolerance)
        .min(Comparator.comparingInt(other -> distance(name, other, tolerance)))
        .map(other -> "; did you mean " + other + "?")
        .orElse("");
  }

  /** How many typing errors a name of this length may have and still be told. */
  private static int tolerance(int length) {
    return length < 2 ? 0 : length < 4 ? 1 : length < 9 ? 2 : 3;
  }

  /** Levenshtein's distance, letter case aside; more than {@code bound} is not told apart. */
  private static int distance(String a, String b, int bound) {
    if (Math.abs(a.length() - b.length()) > bound) {
      return bound + 1;
    }
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int substituted = diagonal + (same(a.charAt(i - 1), b.charAt(j - 1)) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(substituted, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }

  private static boolean same(char a, char b) {
    return Character.toLowerCase(a) == Character.toLowerCase(b);
  }
}
