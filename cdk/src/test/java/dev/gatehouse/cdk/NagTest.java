package dev.gatehouse.cdk;

import static org.assertj.core.api.Assertions.assertThatCode;

import io.github.cdklabs.cdknag.AwsSolutionsChecks;
import io.github.cdklabs.cdknag.NagPackSuppression;
import io.github.cdklabs.cdknag.NagSuppressions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awscdk.Aspects;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.assertions.Annotations;
import software.amazon.awscdk.assertions.Match;

/** AWS's solution checks (cdk-nag AwsSolutions) over all stacks; every exception has its reason. */
class NagTest {
  @Test
  void nothingIsFoundButWhatIsAccepted() {
    Stacks stacks = Assembly.stacks(Assembly.TARGET.resolve("tacos-nag"), Map.of());
    Aspects.of(stacks.app()).add(new AwsSolutionsChecks());
    accept(
        stacks.data(),
        accepted(
            "AwsSolutions-SMG4",
            "The password is ElastiCache's as well; rotating one means changing the user. It is"
                + " generated, 64 characters long, and reaches the cache only from the functions' security"
                + " groups. Another pepper would end every API key; a key is what is rotated."
                + " The queue's key is rotated by hand, with the old one beside it (docs/queue.md)."));
    accept(
        stacks.gateway(),
        accepted(
            "AwsSolutions-APIG2",
            "Validation by API Gateway would need a model of every service; bodies are the"
                + " services' business, everything else is checked by the pipeline."),
        accepted(
            "AwsSolutions-APIG4",
            "Methods without an authorizer are public routes, preflights and methods without a"
                + " route; GatewayTemplateTest lists every one."),
        accepted(
            "AwsSolutions-COG4",
            "Issuers are named by gateway.yaml; the authorizer is a function of our own."),
        accepted(
            "AwsSolutions-IAM4",
            "API Gateway's role for logs, one per account, as AWS documents it.",
            "Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/"
                + "AmazonAPIGatewayPushToCloudWatchLogs"),
        accepted(
            "AwsSolutions-IAM5",
            "Traces and network interfaces cannot be narrowed to a resource; PermissionsTest lists"
                + " every statement.",
            "Resource::*"));

    for (Stack stack : List.of(stacks.network(), stacks.data(), stacks.gateway())) {
      Annotations found = Annotations.fromStack(stack);
      assertThatCode(() -> found.hasNoError("*", Match.anyValue())).doesNotThrowAnyException();
      assertThatCode(
              () -> found.hasNoWarning("*", Match.stringLikeRegexp(".*(AwsSolutions|Nag).*")))
          .doesNotThrowAnyException();
    }
  }

  private static void accept(Stack stack, NagPackSuppression... suppressions) {
    NagSuppressions.addStackSuppressions(stack, List.of(suppressions));
  }

  private static NagPackSuppression accepted(String rule, String reason, String... findings) {
    NagPackSuppression.Builder suppression = NagPackSuppression.builder().id(rule).reason(reason);
    if (findings.length > 0) {
      suppression.appliesTo(List.of(findings));
    }
    return suppression.build();
  }
}
