package dev.gatehouse.cdk;

import dev.gatehouse.config.Gateway;
import dev.gatehouse.config.Limit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.services.wafv2.CfnWebACL;
import software.amazon.awscdk.services.wafv2.CfnWebACL.AllowActionProperty;
import software.amazon.awscdk.services.wafv2.CfnWebACL.BlockActionProperty;
import software.amazon.awscdk.services.wafv2.CfnWebACL.ByteMatchStatementProperty;
import software.amazon.awscdk.services.wafv2.CfnWebACL.CountActionProperty;
import software.amazon.awscdk.services.wafv2.CfnWebACL.CustomHTTPHeaderProperty;
import software.amazon.awscdk.services.wafv2.CfnWebACL.CustomRequestHandlingProperty;
import software.amazon.awscdk.services.wafv2.CfnWebACL.DefaultActionProperty;
import software.amazon.awscdk.services.wafv2.CfnWebACL.FieldToMatchProperty;
import software.amazon.awscdk.services.wafv2.CfnWebACL.ManagedRuleGroupStatementProperty;
import software.amazon.awscdk.services.wafv2.CfnWebACL.OverrideActionProperty;
import software.amazon.awscdk.services.wafv2.CfnWebACL.RateBasedStatementProperty;
import software.amazon.awscdk.services.wafv2.CfnWebACL.RuleActionOverrideProperty;
import software.amazon.awscdk.services.wafv2.CfnWebACL.RuleActionProperty;
import software.amazon.awscdk.services.wafv2.CfnWebACL.RuleProperty;
import software.amazon.awscdk.services.wafv2.CfnWebACL.StatementProperty;
import software.amazon.awscdk.services.wafv2.CfnWebACL.TextTransformationProperty;
import software.amazon.awscdk.services.wafv2.CfnWebACL.VisibilityConfigProperty;
import software.amazon.awscdk.services.wafv2.CfnWebACLAssociation;
import software.constructs.Construct;

/**
 * AWS WAF before the API: marks allowed origins for {@link CorsOnErrors}, refuses floods of one
 * address, and applies AWS's common rules.
 *
 * <p>The common rules that would refuse what a gateway has to pass are only counted: bodies over 8
 * KB, bodies that look like markup or files (they are the services' business), and clients without
 * a User-Agent.
 */
final class Firewall extends Construct {
  private static final List<String> COUNTED =
      List.of(
          "SizeRestrictions_BODY",
          "CrossSiteScripting_BODY",
          "GenericLFI_BODY",
          "GenericRFI_BODY",
          "EC2MetaDataSSRF_BODY",
          "NoUserAgent_HEADER");

  /** WAF counts per five minutes unless told otherwise. */
  private static final long WINDOW_SECONDS = 300;

  /** 100 requests a second of one address, for gateways without faster limits. */
  private static final long LEAST_FLOOD = 100 * WINDOW_SECONDS;

  private final List<RuleProperty> rules = new ArrayList<>();
  private final String name;

  Firewall(Construct scope, String id, Gateway gateway, String stageArn) {
    super(scope, id);
    name = gateway.name();
    CorsOnErrors cors = new CorsOnErrors(gateway.cors());
    cors.recognized().forEach(origin -> markOrigin(origin, cors.inserted(origin)));
    refuseFloods(flood(gateway));
    applyCommonRules();
    CfnWebACL acl =
        CfnWebACL.Builder.create(this, "Acl")
            .scope("REGIONAL")
            .defaultAction(
                DefaultActionProperty.builder()
                    .allow(AllowActionProperty.builder().build())
                    .build())
            .visibilityConfig(visibility("all"))
            .rules(rules)
            .build();
    CfnWebACLAssociation.Builder.create(this, "OnStage")
        .resourceArn(stageArn)
        .webAclArn(acl.getAttrArn())
        .build();
  }

  /** Twice what the fastest limit lets one caller send, because callers share addresses. */
  static long flood(Gateway gateway) {
    long fastest = LEAST_FLOOD;
    for (Limit limit : gateway.limits().values()) {
      if (limit.algorithm() instanceof Limit.Algorithm.TokenBucket bucket) {
        long perWindow = bucket.tokens() * WINDOW_SECONDS * 1_000 / bucket.per().toMillis();
        fastest = Math.max(fastest, 2 * perWindow);
      }
    }
    return fastest;
  }

  private void markOrigin(String origin, Map<String, String> inserted) {
    ByteMatchStatementProperty match =
        ByteMatchStatementProperty.builder()
            .fieldToMatch(
                FieldToMatchProperty.builder().singleHeader(Map.of("Name", "origin")).build())
            .positionalConstraint("EXACTLY")
            .searchString(origin)
            .textTransformations(
                List.of(TextTransformationProperty.builder().priority(0).type("NONE").build()))
            .build();
    CustomRequestHandlingProperty insert =
        CustomRequestHandlingProperty.builder()
            .insertHeaders(
                inserted.entrySet().stream()
                    .map(
                        header ->
                            CustomHTTPHeaderProperty.builder()
                                .name(header.getKey())
                                .value(header.getValue())
                                .build())
                    .toList())
            .build();
    RuleActionProperty count =
        RuleActionProperty.builder()
            .count(CountActionProperty.builder().customRequestHandling(insert).build())
            .build();
    rules.add(
        rule("origin-" + rules.size())
            .statement(StatementProperty.builder().byteMatchStatement(match).build())
            .action(count)
            .build());
  }

  private void refuseFloods(long limit) {
    RateBasedStatementProperty rate =
        RateBasedStatementProperty.builder()
            .aggregateKeyType("IP")
            .evaluationWindowSec(WINDOW_SECONDS)
            .limit(limit)
            .build();
    rules.add(
        rule("flood")
            .statement(StatementProperty.builder().rateBasedStatement(rate).build())
            .action(
                RuleActionProperty.builder().block(BlockActionProperty.builder().build()).build())
            .build());
  }

  private void applyCommonRules() {
    RuleActionProperty count =
        RuleActionProperty.builder().count(CountActionProperty.builder().build()).build();
    ManagedRuleGroupStatementProperty common =
        ManagedRuleGroupStatementProperty.builder()
            .vendorName("AWS")
            .name("AWSManagedRulesCommonRuleSet")
            .ruleActionOverrides(
                COUNTED.stream()
                    .map(
                        counted ->
                            RuleActionOverrideProperty.builder()
                                .name(counted)
                                .actionToUse(count)
                                .build())
                    .toList())
            .build();
    rules.add(
        rule("common")
            .statement(StatementProperty.builder().managedRuleGroupStatement(common).build())
            .overrideAction(OverrideActionProperty.builder().none(Map.of()).build())
            .build());
  }

  private RuleProperty.Builder rule(String id) {
    return RuleProperty.builder().name(id).priority(rules.size()).visibilityConfig(visibility(id));
  }

  private VisibilityConfigProperty visibility(String rule) {
    return VisibilityConfigProperty.builder()
        .cloudWatchMetricsEnabled(true)
        .sampledRequestsEnabled(true)
        .metricName(name + "-" + rule)
        .build();
  }
}
