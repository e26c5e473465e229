package dev.gatehouse.authorizer;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One stage of one API, as the resource of a policy.
 *
 * @param arn {@code arn:aws:execute-api:REGION:ACCOUNT:API/STAGE}
 */
record ApiStage(String arn) {
  /** No part of it may hold a wildcard of IAM's. */
  private static final Pattern METHOD_ARN =
      Pattern.compile(
          "(arn:[a-z0-9-]+:execute-api:[a-z0-9-]*:[0-9]*:[A-Za-z0-9_-]+/[A-Za-z0-9_$-]+)/.*",
          Pattern.DOTALL);

  /** The stage that a method belongs to. */
  static Optional<ApiStage> of(String methodArn) {
    Matcher matcher = METHOD_ARN.matcher(methodArn);
    return matcher.matches() ? Optional.of(new ApiStage(matcher.group(1))) : Optional.empty();
  }

  /**
   * Every method of the stage: API Gateway keeps the policy and evaluates it for all of them, and a
   * {@code *} crosses slashes.
   */
  String everyMethod() {
    return arn + "/*";
  }
}
