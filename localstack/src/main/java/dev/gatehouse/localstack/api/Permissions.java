package dev.gatehouse.localstack.api;

import dev.gatehouse.localstack.assembly.Resolved;
import dev.gatehouse.localstack.assembly.Resource;
import java.util.List;

/**
 * The functions' resource policies, as far as they let one service in: {@code
 * AWS::Lambda::Permission}. Without one a function is never called, as on AWS.
 */
public record Permissions(List<Grant> grants) {

  /**
   * @param function ARN of the function, version or alias that it is for
   * @param source pattern of the caller's ARN
   */
  public record Grant(String function, String source) {}

  public Permissions {
    grants = List.copyOf(grants);
  }

  /** Those that let API Gateway in. */
  static Permissions of(Resolved resolved) {
    return of(resolved, "apigateway.amazonaws.com");
  }

  /**
   * @param principal such as {@code events.amazonaws.com}
   */
  public static Permissions of(Resolved resolved, String principal) {
    return new Permissions(
        resolved.ofType("AWS::Lambda::Permission").stream()
            .filter(permission -> letsIn(permission, principal))
            .map(
                permission ->
                    new Grant(functionArn(resolved, permission), permission.text("SourceArn", "*")))
            .toList());
  }

  /** Whether a function may be called on behalf of the source. */
  public boolean allow(String function, String source) {
    return grants.stream()
        .anyMatch(
            grant -> grant.function().equals(function) && Glob.matches(grant.source(), source));
  }

  private static boolean letsIn(Resource permission, String principal) {
    return permission.text("Principal").equals(principal)
        && List.of("lambda:InvokeFunction", "lambda:*").contains(permission.text("Action"));
  }

  private static String functionArn(Resolved resolved, Resource permission) {
    var function = permission.text("FunctionName");
    var place = resolved.place(permission);
    return function.startsWith("arn:")
        ? function
        : "arn:aws:lambda:%s:%s:function:%s".formatted(place.region(), place.account(), function);
  }
}
