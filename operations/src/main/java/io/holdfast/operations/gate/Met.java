package io.holdfast.operations.gate;

import io.holdfast.operations.proof.Verdict;

/**
 * How one demand is met.
 *
 * @param demand one word: {@code age}, {@code loss}, {@code proven}, {@code copies}; of a plan
 *     {@code plan} and its name
 * @param expected for people
 * @param found for people
 */
public record Met(String cluster, String demand, Verdict verdict, String expected, String found) {}
