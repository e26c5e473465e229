package dev.gatehouse.config;

/**
 * One fault of a gateway.yaml.
 *
 * @param line 1-based
 * @param path dotted, with indices: {@code routes[3].limits[0]}; {@value #FILE} for all of it
 * @param found what stands there
 * @param expected what may stand there
 */
public record Fault(int line, String path, String found, String expected) {
  /** The path of the whole file. */
  public static final String FILE = "(file)";

  public Fault {
    path = path.isEmpty() ? FILE : path;
  }

  @Override
  public String toString() {
    return line + ": " + path + ": " + found + " (expected: " + expected + ")";
  }
}
