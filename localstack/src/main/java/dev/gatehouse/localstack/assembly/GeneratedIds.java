package dev.gatehouse.localstack.assembly;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.TextNode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Set;

/**
 * Ids as AWS would give them, the same at every run: the random part of a name is a digest of stack
 * and logical id. What Ref and each attribute mean per type is in the CloudFormation Template
 * Reference, section "Return values" of the type.
 */
final class GeneratedIds {

  private static final String DYNAMODB = "AWS::DynamoDB::";
  private static final int NAME_LIMIT = 64; // Lambda, IAM: names of at most 64 characters

  private final String region;
  private final String account;

  GeneratedIds(String region, String account) {
    this.region = region;
    this.account = account;
  }

  JsonNode id(Resource resource, String attribute) {
    if (attribute.equals("CidrBlockAssociations") || attribute.equals("Ipv6CidrBlocks")) {
      return JsonNodeFactory.instance.arrayNode();
    }
    return TextNode.valueOf(attribute.isEmpty() ? ref(resource) : attribute(resource, attribute));
  }

  private String ref(Resource resource) {
    return switch (resource.type()) {
      case "AWS::Lambda::Function" -> name(resource, "FunctionName");
      case "AWS::Lambda::Version" -> functionArn(resource) + ":1";
      case "AWS::Lambda::Alias" -> functionArn(resource) + ":" + resource.text("Name");
      case "AWS::Lambda::LayerVersion" ->
          arn("lambda", "layer:" + name(resource, "LayerName") + ":1");
      case "AWS::SecretsManager::Secret" ->
          arn("secretsmanager", "secret:" + name(resource, "Name") + "-" + digest(resource, 6));
      case "AWS::ApiGateway::RestApi" -> digest(resource, 10);
      case "AWS::ApiGateway::Resource",
          "AWS::ApiGateway::Authorizer",
          "AWS::ApiGateway::Deployment" ->
          digest(resource, 6);
      case "AWS::ApiGateway::Stage" -> resource.text("StageName");
      case "AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable" -> name(resource, "TableName");
      case "AWS::IAM::Role" -> name(resource, "RoleName");
      case "AWS::Events::Rule" -> name(resource, "Name");
      case "AWS::Logs::LogGroup" -> name(resource, "LogGroupName");
      case "AWS::KMS::Key" -> uuid(resource);
      case "AWS::EC2::VPC" -> "vpc-" + digest(resource, 17);
      case "AWS::EC2::Subnet" -> "subnet-" + digest(resource, 17);
      case "AWS::EC2::SecurityGroup" -> "sg-" + digest(resource, 17);
      case "AWS::ElastiCache::ServerlessCache" ->
          name(resource, "ServerlessCacheName").toLowerCase(Locale.ROOT);
      case "AWS::ElastiCache::User" -> resource.text("UserId", generatedName(resource));
      case "AWS::ElastiCache::UserGroup" -> resource.text("UserGroupId", generatedName(resource));
      case "AWS::SQS::Queue" ->
          "https://sqs.%s.amazonaws.com/%s/%s"
              .formatted(region, account, name(resource, "QueueName"));
      default -> generatedName(resource);
    };
  }

  private String attribute(Resource resource, String attribute) {
    var known = knownAttributes(resource.type());
    if (!known.isEmpty() && !known.contains(attribute)) {
      throw new AssemblyException(
          resource.where() + " " + resource.type(),
          "Fn::GetAtt " + attribute,
          String.join(" or ", known.stream().sorted().toList()));
    }
    return switch (resource.type() + " " + attribute) {
      case "AWS::Lambda::Function Arn" -> arn("lambda", "function:" + ref(resource));
      case "AWS::Lambda::Version Version" -> "1";
      case "AWS::Lambda::Version FunctionArn",
          "AWS::Lambda::Alias AliasArn",
          "AWS::SecretsManager::Secret Id" ->
          ref(resource);
      case "AWS::DynamoDB::Table Arn", "AWS::DynamoDB::GlobalTable Arn" ->
          arn("dynamodb", "table/" + ref(resource));
      case "AWS::ApiGateway::RestApi RootResourceId" -> "r" + digest(resource, 9);
      case "AWS::ApiGateway::RestApi RestApiId",
          "AWS::ApiGateway::Authorizer AuthorizerId",
          "AWS::ApiGateway::Resource ResourceId",
          "AWS::ApiGateway::Deployment DeploymentId",
          "AWS::EC2::VPC VpcId",
          "AWS::EC2::Subnet SubnetId",
          "AWS::EC2::SecurityGroup GroupId",
          "AWS::EC2::SecurityGroup Id",
          "AWS::KMS::Key KeyId" ->
          ref(resource);
      case "AWS::EC2::VPC CidrBlock", "AWS::EC2::Subnet CidrBlock" -> resource.text("CidrBlock");
      case "AWS::IAM::Role Arn" ->
          "arn:aws:iam::%s:role%s%s".formatted(account, resource.text("Path", "/"), ref(resource));
      case "AWS::KMS::Key Arn" -> arn("kms", "key/" + ref(resource));
      case "AWS::Logs::LogGroup Arn" -> arn("logs", "log-group:" + ref(resource) + ":*");
      case "AWS::Events::Rule Arn" -> arn("events", "rule/" + ref(resource));
      case "AWS::SQS::Queue Arn" -> arn("sqs", name(resource, "QueueName"));
      case "AWS::SQS::Queue QueueName" -> name(resource, "QueueName");
      default ->
          attribute.endsWith("Arn") || attribute.endsWith("ARN")
              ? arn(service(resource), generatedName(resource))
              : generatedName(resource) + "-" + attribute;
    };
  }

  /** The attributes of types where a mistake would otherwise go unnoticed; empty: any. */
  private static Set<String> knownAttributes(String type) {
    if (type.startsWith(DYNAMODB)) {
      return Set.of("Arn", "StreamArn", "TableId");
    }
    return switch (type) {
      case "AWS::Lambda::Function" ->
          Set.of(
              "Arn",
              "SnapStartResponse",
              "SnapStartResponse.ApplyOn",
              "SnapStartResponse.OptimizationStatus");
      case "AWS::Lambda::Version" -> Set.of("Version", "FunctionArn");
      case "AWS::Lambda::Alias" -> Set.of("AliasArn");
      case "AWS::ApiGateway::RestApi" -> Set.of("RestApiId", "RootResourceId");
      case "AWS::ApiGateway::Resource" -> Set.of("ResourceId");
      case "AWS::IAM::Role" -> Set.of("Arn", "RoleId");
      case "AWS::SecretsManager::Secret" -> Set.of("Id");
      default -> Set.of();
    };
  }

  /** A version or alias names its function by name, partial ARN or ARN. */
  private String functionArn(Resource resource) {
    var function = resource.text("FunctionName");
    return function.startsWith("arn:") ? function : arn("lambda", "function:" + function);
  }

  private String arn(String service, String rest) {
    return "arn:aws:%s:%s:%s:%s".formatted(service, region, account, rest);
  }

  private static String service(Resource resource) {
    var parts = resource.type().split("::", -1);
    return parts.length > 1 ? parts[1].toLowerCase(Locale.ROOT) : "custom";
  }

  private static String name(Resource resource, String property) {
    return resource.text(property, generatedName(resource));
  }

  /** {@code stack-logicalId-DIGEST}, as CloudFormation names what has no name. */
  private static String generatedName(Resource resource) {
    var suffix = "-" + digest(resource, 12).toUpperCase(Locale.ROOT);
    var readable = resource.stack() + "-" + resource.logicalId();
    return readable.substring(0, Math.min(readable.length(), NAME_LIMIT - suffix.length()))
        + suffix;
  }

  private static String uuid(Resource resource) {
    var hex = digest(resource, 32);
    return String.join(
        "-",
        hex.substring(0, 8),
        hex.substring(8, 12),
        hex.substring(12, 16),
        hex.substring(16, 20),
        hex.substring(20));
  }

  private static String digest(Resource resource, int length) {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      var bytes = digest.digest(resource.where().getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(bytes).substring(0, length);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256: none (expected: one in every JDK)", e);
    }
  }
}
