package dev.gatehouse.authorizer;

/** Where an issuer publishes its key set. */
@FunctionalInterface
interface KeySetSource {

  /** Asks the issuer once; never throws, answers within two seconds. */
  Answer fetch();

  /** What the issuer said. */
  sealed interface Answer {
    /**
     * @param json text that claims to be JSON
     */
    record Fetched(String json) implements Answer {}

    record Failed(String reason) implements Answer {}
  }
}
