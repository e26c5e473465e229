package dev.gatehouse.config;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a route asks of messages and does to them.
 *
 * @param accepts bodies that are accepted; all unless set
 * @param fallback the answer where the service has none; a problem unless set
 * @param request changes of what the service gets; none unless set
 * @param response changes of what the client gets; none unless set
 */
public record Messages(
    Optional<Accepts> accepts,
    Optional<Fallback> fallback,
    FieldChanges request,
    FieldChanges response) {
  /** As they come. */
  public static final Messages UNTOUCHED =
      new Messages(Optional.empty(), Optional.empty(), FieldChanges.NONE, FieldChanges.NONE);

  /**
   * Bodies that are accepted.
   *
   * @param types media types without parameters; any unless set, application/json beside a schema
   * @param maxBody octets of the longest; {@link #LONGEST} unless set, {@link #LONGEST_DEFAULT}
   *     beside a schema
   * @param schema a JSON Schema, a file below the folder of gateway.yaml
   */
  public record Accepts(List<String> types, int maxBody, Optional<String> schema) {
    /**
     * No event of Lambda holds more
     * (https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html).
     */
    public static final int LONGEST = 6 * 1024 * 1024;

    /** What is checked member by member is kept in memory as a tree, and its violations too. */
    public static final int LONGEST_CHECKED = 1024 * 1024;

    /** The longest beside a schema where gateway.yaml does not say. */
    public static final int LONGEST_DEFAULT = 64 * 1024;

    public Accepts {
      types = List.copyOf(types);
    }
  }

  /**
   * The answer to GET and HEAD where the service has none.
   *
   * @param status 200 unless set
   * @param body its text; or
   * @param file a file below the folder of gateway.yaml
   */
  public record Fallback(int status, String type, Optional<String> body, Optional<String> file) {}

  /** Changes of fields, in this order. */
  public record FieldChanges(
      List<String> remove, Map<String, String> set, Map<String, String> add) {
    /** None. */
    public static final FieldChanges NONE = new FieldChanges(List.of(), Map.of(), Map.of());

    public FieldChanges {
      remove = List.copyOf(remove);
      set = Ordered.copy(set);
      add = Ordered.copy(add);
    }

    public boolean none() {
      return remove.isEmpty() && set.isEmpty() && add.isEmpty();
    }
  }
}
