@org.jspecify.annotations.NullMarked
package io.holdfast.cli.wiring;
