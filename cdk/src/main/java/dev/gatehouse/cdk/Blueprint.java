package dev.gatehouse.cdk;

import dev.gatehouse.config.Gateway;
import java.nio.file.Path;

/**
 * Everything that the stacks are made from.
 *
 * @param root the API's resources
 * @param layer a folder with the configuration layer's content
 * @param version what the functions report as theirs
 */
record Blueprint(
    Gateway gateway, ApiResource root, Archives archives, Path layer, String version) {}
