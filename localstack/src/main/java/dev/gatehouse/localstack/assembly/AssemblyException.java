package dev.gatehouse.localstack.assembly;

/**
 * A cloud assembly that cannot be deployed; the message says where, what was found and expected.
 */
public final class AssemblyException extends RuntimeException {

  /**
   * @param where file, stack or {@code stack/logicalId}
   * @param found what stands there
   * @param expected what may stand there
   */
  public AssemblyException(String where, String found, String expected) {
    super("%s: %s (expected: %s)".formatted(where, found, expected));
  }

  AssemblyException(String where, String found, String expected, Throwable cause) {
    super("%s: %s (expected: %s)".formatted(where, found, expected), cause);
  }
}
