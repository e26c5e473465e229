package dev.gatehouse.config;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What a request has to be beside its match, where several routes share one.
 *
 * <p>Of the routes that fit the first in this order serves: an exact host before a wildcard, the
 * longer one of two alike, any before none; more headers, a version counting as one; more query
 * parameters; the order of the file. That is the precedence of the Kubernetes Gateway API's
 * HTTPRoute, after path and method (https://gateway-api.sigs.k8s.io/reference/spec/#httprouterule).
 *
 * @param headers by name in lower case
 * @param query by name
 * @param version of an API that is asked for by header or media type
 */
public record When(
    Optional<Host> host, List<Field> headers, List<Field> query, Optional<Version> version) {
  /** Every request. */
  public static final When ALWAYS =
      new When(Optional.empty(), List.of(), List.of(), Optional.empty());

  /** The order in which routes of one match are tried; equal ones stay in the file's order. */
  public static final Comparator<When> PRECEDENCE =
      Comparator.comparingInt(When::hostRank)
          .thenComparingInt(When::headerCount)
          .thenComparingInt(when -> when.query().size())
          .reversed();

  public When {
    headers = headers.stream().sorted(Comparator.comparing(Field::name)).toList();
    query = query.stream().sorted(Comparator.comparing(Field::name)).toList();
  }

  /**
   * A host name in lower case.
   *
   * @param wildcard whether it is one of the names below this one, however deep
   */
  public record Host(String name, boolean wildcard) {
    /** Reads {@code api.example.com} or {@code *.example.com}. */
    static Host of(String text) {
      return text.startsWith("*.") ? new Host(text.substring(2), true) : new Host(text, false);
    }

    /** Whether a name in lower case is meant. */
    public boolean isMeantBy(String host) {
      return wildcard
          ? host.length() > name.length() + 1
              && host.endsWith(name)
              && host.charAt(host.length() - name.length() - 1) == '.'
          : host.equals(name);
    }

    @Override
    public String toString() {
      return wildcard ? "*." + name : name;
    }
  }

  /**
   * A header or a query parameter.
   *
   * @param value empty for whatever is there
   */
  public record Field(String name, Optional<String> value) {
    @Override
    public String toString() {
      return name + "=" + value.orElse("*");
    }
  }

  /**
   * A version of an API.
   *
   * @param isDefault whether it also serves requests that ask for none
   */
  public record Version(String name, boolean isDefault) {}

  /** Names have at most 253 characters. */
  private int hostRank() {
    return host.map(one -> one.name().length() + (one.wildcard() ? 0 : 1_000)).orElse(-1);
  }

  private int headerCount() {
    return headers.size() + (version.isPresent() ? 1 : 0);
  }

  /** For logs and keys: {@code host=*.example.com header:x-env=canary version=2}. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    host.ifPresent(name -> text.append(" host=").append(name));
    headers.forEach(field -> text.append(" header:").append(field));
    query.forEach(field -> text.append(" query:").append(field));
    version.ifPresent(one -> text.append(" version=").append(one.name()));
    return text.toString().strip();
  }
}
