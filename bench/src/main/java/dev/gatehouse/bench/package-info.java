/**
 * Measurements: what a run on this machine costs. Each class is a program that prints the machine,
 * the command and its figures; nothing here is a test.
 */
@NullMarked
package dev.gatehouse.bench;

import org.jspecify.annotations.NullMarked;
