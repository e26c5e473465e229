package dev.gatehouse.localstack.api;

import dev.gatehouse.localstack.assembly.Resolved;
import dev.gatehouse.localstack.assembly.Resource;
import java.util.List;

/**
 * The functions' resource policies, as far as they let API Gateway in: {@code
 * AWS::Lambda::Permission}. Without one a function is never called, as on AWS.
 */
record Permissions(List<Grant> grants) {

  /**
   * @param function ARN of the function, version or alias that it is for
   * @param source pattern of the caller's ARN
   */
  record Grant(String function, String source) {}

  static Permissions of(Resolved resolved) {
    return new Permissions(
        resolved.ofType("AWS::Lambda::Permission").stream()
            .filter(Permissions::letsApiGatewayIn)
            .map(
                permission ->
                    new Grant(functionArn(resolved, permission), permission.text("SourceArn", "*")))
            .toList());
  }

  boolean allow(String function, String source) {
    return grants.stream()
        .anyMatch(
            grant -> grant.function().equals(function) && Glob.matches(grant.source(), source));
  }

  private static boolean letsApiGatewayIn(Resource permission) {
    return permission.text("Principal").equals("apigateway.amazonaws.com")
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
