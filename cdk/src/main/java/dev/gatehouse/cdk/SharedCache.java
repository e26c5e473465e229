package dev.gatehouse.cdk;

import java.util.List;
import java.util.Locale;
import software.amazon.awscdk.Fn;
import software.amazon.awscdk.services.ec2.ISubnet;
import software.amazon.awscdk.services.elasticache.CfnServerlessCache;
import software.amazon.awscdk.services.elasticache.CfnUser;
import software.amazon.awscdk.services.elasticache.CfnUserGroup;
import software.amazon.awscdk.services.kms.Key;
import software.amazon.awscdk.services.secretsmanager.Secret;
import software.amazon.awscdk.services.secretsmanager.SecretStringGenerator;
import software.constructs.Construct;

/**
 * The store that all environments share: ElastiCache Serverless for Valkey 8, TLS only (the service
 * has no other way), one user for the functions, whose generated password is in Secrets Manager.
 *
 * <p>CloudFormation wants a user named {@code default} in every user group; it is switched off.
 */
final class SharedCache extends Construct {
  private static final String ENGINE = "valkey";
  private static final String USER = "gatehouse";

  /**
   * Every key, every command but the dangerous ones (FLUSHALL, KEYS, CONFIG …); INFO, which is
   * counted among them, is what a cluster client asks its nodes.
   */
  private static final String FUNCTIONS_MAY = "on ~* +@all -@dangerous +info";

  private static final int MAX_NAME = 40;

  private static final String NOTHING = "off -@all";

  private final Secret secret;
  private final CfnServerlessCache cache;

  SharedCache(Construct scope, String id, String name, NetworkStack network, Key key) {
    super(scope, id);
    secret =
        Secret.Builder.create(this, "Secret")
            .description("Valkey user of the functions of " + name)
            .encryptionKey(key)
            .generateSecretString(
                SecretStringGenerator.builder()
                    .secretStringTemplate("{\"username\":\"" + USER + "\"}")
                    .generateStringKey("password")
                    // ElastiCache takes 16 to 128 printable characters, without , " / @.
                    .passwordLength(64)
                    .excludePunctuation(true)
                    .build())
            .build();
    CfnUser functions = user("Functions", physical(name, "-functions"), USER, FUNCTIONS_MAY);
    CfnUser nobody = user("Nobody", physical(name, "-default"), "default", NOTHING);
    CfnUserGroup group =
        CfnUserGroup.Builder.create(this, "Users")
            .engine(ENGINE)
            .userGroupId(physical(name, "-users"))
            .userIds(List.of(nobody.getRef(), functions.getRef()))
            .build();
    cache =
        CfnServerlessCache.Builder.create(this, "Valkey")
            .engine(ENGINE)
            .majorEngineVersion("8")
            .serverlessCacheName(physical(name, ""))
            .description("Limits, breakers, queues and caches of " + name)
            .kmsKeyId(key.getKeyArn())
            .securityGroupIds(List.of(network.cache().getSecurityGroupId()))
            .subnetIds(
                network.vpc().getPrivateSubnets().stream().map(ISubnet::getSubnetId).toList())
            .userGroupId(group.getRef())
            .build();
  }

  /** {@code {"username":"…","password":"…"}}. */
  Secret secret() {
    return secret;
  }

  /** {@code host:port}. */
  String endpoint() {
    return Fn.join(":", List.of(cache.getAttrEndpointAddress(), cache.getAttrEndpointPort()));
  }

  /**
   * A name that ElastiCache takes: at most 40 lower-case letters, digits and hyphens; a long one
   * keeps its beginning and gets a hash.
   */
  static String physical(String gateway, String suffix) {
    String stem = gateway.toLowerCase(Locale.ROOT);
    if (stem.length() + suffix.length() <= MAX_NAME) {
      return stem + suffix;
    }
    String hash = String.format(Locale.ROOT, "-%08x", stem.hashCode());
    return stem.substring(0, MAX_NAME - suffix.length() - hash.length()) + hash + suffix;
  }

  private CfnUser user(String id, String userId, String userName, String access) {
    return CfnUser.Builder.create(this, id)
        .engine(ENGINE)
        .userId(userId)
        .userName(userName)
        .accessString(access)
        .passwords(List.of(secret.secretValueFromJson("password").unsafeUnwrap()))
        .build();
  }
}
