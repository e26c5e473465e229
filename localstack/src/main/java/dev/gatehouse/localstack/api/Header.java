package dev.gatehouse.localstack.api;

/** One header line, its name as it was spelt. */
record Header(String name, String value) {

  boolean is(String other) {
    return name.equalsIgnoreCase(other);
  }
}
