package dev.gatehouse.dynamo;

import java.util.HashMap;
import java.util.Map;
import java.util.Properties;

/**
 * The SDK's settings as system properties, which stand for the environment's variables: region,
 * dummy credentials, and one endpoint. Closing puts back what was there.
 */
public final class AwsSettings implements AutoCloseable {
  private final Properties before = (Properties) System.getProperties().clone();

  /**
   * Settings with an endpoint.
   *
   * @param endpointProperty such as {@code aws.endpointUrlDynamoDb}
   */
  public AwsSettings(String endpointProperty, String endpoint) {
    Map<String, String> settings = new HashMap<>();
    settings.put("aws.region", "eu-central-1");
    settings.put("aws.accessKeyId", "local");
    settings.put("aws.secretAccessKey", "local");
    settings.put(endpointProperty, endpoint);
    settings.forEach(System::setProperty);
  }

  @Override
  public void close() {
    System.setProperties(before);
  }
}
