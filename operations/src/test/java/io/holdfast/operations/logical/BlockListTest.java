package io.holdfast.operations.logical;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.postgres.DumpBlock;
import io.holdfast.vocabulary.HoldfastException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BlockListTest {
  private static List<DumpBlock> read(String text) throws IOException {
    return BlockList.read(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void whatIsWrittenIsReadAgain() throws IOException {
    List<DumpBlock> blocks =
        List.of(
            new DumpBlock(3150, "TABLE DATA", "public", "a \"b\"\n日本", 5000, 1L << 40, 0, 0),
            new DumpBlock(3151, "TABLE DATA", "x", "y", 5, 6, DumpBlock.UNKNOWN, 0),
            new DumpBlock(3160, "BLOBS", "", "BLOBS", 7, 8, DumpBlock.UNKNOWN, 12));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    BlockList.write(blocks, out);
    assertThat(out.toString(StandardCharsets.UTF_8).lines()).hasSize(3);
    assertThat(read(out.toString(StandardCharsets.UTF_8))).isEqualTo(blocks);
  }

  @Test
  void whatALaterVersionAddsIsPassedOver() throws IOException {
    assertThat(
            read(
                "{\"id\":1,\"kind\":\"BLOBS\",\"schema\":\"\",\"table\":\"b\",\"offset\":2,"
                    + "\"length\":3,\"more\":{\"a\":1}}\n"))
        .containsExactly(new DumpBlock(1, "BLOBS", "", "b", 2, 3, DumpBlock.UNKNOWN, 0));
  }

  @ParameterizedTest
  @ValueSource(strings = {"{", "[]", "{\"id\":1}", "nonsense"})
  void damageIsNamed(String line) {
    assertThatThrownBy(() -> read(line))
        .isInstanceOf(HoldfastException.class)
        .hasMessageContaining("blocks");
  }
}
