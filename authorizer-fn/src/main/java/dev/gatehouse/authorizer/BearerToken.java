package dev.gatehouse.authorizer;

import dev.gatehouse.authorizer.Outcome.Refused;
import dev.gatehouse.http.ErrorCode;
import java.util.List;

/** The token of an Authorization field (RFC 6750 section 2.1; the scheme compares without case). */
final class BearerToken {
  private static final String SCHEME = "Bearer ";

  private BearerToken() {}

  /** Reads all Authorization fields of a request, of which there must be one. */
  static Checked<String> read(List<String> fields) {
    if (fields.size() != 1) {
      // The answer would be kept under one of them alone.
      return Checked.failed(
          Refused.forNow(
              ErrorCode.INVALID_TOKEN_FORMAT,
              fields.size() + " Authorization fields (expected: one)"));
    }
    String field = fields.getFirst();
    if (field.isBlank()) {
      return Checked.failed(
          new Refused(ErrorCode.MISSING_AUTHORIZATION, "Authorization is empty (expected: Bearer)")
              .counted(false));
    }
    if (!field.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      return malformed("Authorization of another form (expected: Bearer, one space, token)");
    }
    return Checked.passed(field.substring(SCHEME.length()));
  }

  private static Checked<String> malformed(String reason) {
    return Checked.failed(Refused.format(reason));
  }
}
