package dev.gatehouse.authorizer;

import dev.gatehouse.http.ErrorCode;
import dev.gatehouse.identity.Principal;
import java.util.Optional;

/** What the authorizer found about one request. */
sealed interface Outcome {
  /**
   * The credential is genuine.
   *
   * @param keyId the {@code kid} of the key that proved it
   */
  record Allowed(Principal principal, Optional<String> keyId) implements Outcome {}

  /** There is no credential; whether the route welcomes that is the pipeline's to say. */
  record Anonymous() implements Outcome {}

  /**
   * There is a credential, and it is not believed.
   *
   * @param code what a client may know
   * @param reason what exactly was found, for the audit log; never holds the credential
   * @param issuer the one of our issuers that the credential claims; empty when it is none
   * @param keyId the {@code kid} that it claims
   * @param lasting the same credential will be refused again; otherwise time, a fetched key set or
   *     another request with it may heal it, and no cache may keep the refusal
   * @param guess the credential may have been guessed: it counts as a failed login of its sender
   */
  record Refused(
      ErrorCode code,
      String reason,
      Optional<String> issuer,
      Optional<String> keyId,
      boolean lasting,
      boolean guess)
      implements Outcome {

    Refused(ErrorCode code, String reason) {
      this(code, reason, Optional.empty(), Optional.empty(), true, true);
    }

    /** The same refusal with what the token claims about its signer. */
    Refused of(String claimedIssuer, Optional<String> claimedKeyId) {
      return new Refused(code, reason, Optional.of(claimedIssuer), claimedKeyId, lasting, guess);
    }

    /** The same refusal with the id of the API key. */
    Refused ofKey(String id) {
      return new Refused(code, reason, issuer, Optional.of(id), lasting, guess);
    }

    /** The same refusal, counted as a failed login or not. */
    Refused counted(boolean asGuess) {
      return new Refused(code, reason, issuer, keyId, lasting, asGuess);
    }

    static Refused format(String reason) {
      return new Refused(ErrorCode.INVALID_TOKEN_FORMAT, reason);
    }

    static Refused token(String reason) {
      return new Refused(ErrorCode.INVALID_TOKEN, reason);
    }

    /** A refusal that may heal. */
    static Refused forNow(String reason) {
      return forNow(ErrorCode.INVALID_TOKEN, reason);
    }

    /** A refusal that may heal. */
    static Refused forNow(ErrorCode code, String reason) {
      return new Refused(code, reason, Optional.empty(), Optional.empty(), false, false);
    }
  }
}
