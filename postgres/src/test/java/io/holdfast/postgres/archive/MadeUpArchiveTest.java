package io.holdfast.postgres.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.postgres.BlockScanner;
import io.holdfast.postgres.DumpBlock;
import io.holdfast.postgres.DumpEntry;
import io.holdfast.postgres.DumpToc;
import io.holdfast.postgres.FilteredArchive;
import io.holdfast.postgres.PostgresException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Archives of all versions, written by the layout. */
class MadeUpArchiveTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private Charset charset = StandardCharsets.UTF_8;

  private MadeUpArchiveTest u8(int value) {
    out.write(value);
    return this;
  }

  private MadeUpArchiveTest number(long value) {
    long amount = Math.abs(value);
    u8(value < 0 ? 1 : 0);
    for (int i = 0; i < 4; i++) {
      u8((int) (amount >> (8 * i)));
    }
    return this;
  }

  private MadeUpArchiveTest text(String text) {
    byte[] bytes = text.getBytes(charset);
    number(bytes.length);
    out.writeBytes(bytes);
    return this;
  }

  private MadeUpArchiveTest none() {
    return number(-1);
  }

  private void head(int minor, int entries) {
    out.writeBytes("PGDMP".getBytes(StandardCharsets.US_ASCII));
    u8(1).u8(minor).u8(0).u8(4).u8(8).u8(1);
    if (minor < 15) {
      number(0);
    } else {
      u8(0);
    }
    number(60).number(59).number(23).number(31).number(11).number(126).number(0);
    text("shop").text("17.5").text("17.6");
    number(entries);
  }

  private void entry(int minor, int id, boolean data, String kind, String tag, String definition) {
    number(id).number(data ? 1 : 0).text("1259").text("16400").text(tag).text(kind);
    number(data ? 3 : 2).text(definition).text("");
    if (data && kind.equals("TABLE DATA")) {
      text("COPY public." + tag + " (id) FROM stdin;\n");
    } else {
      none();
    }
    text("public").none().text("heap");
    if (minor >= 16) {
      number('r');
    }
    text("owner").text("false").text("7").text("8").none();
    u8(data ? 1 : 3);
    out.writeBytes(new byte[8]);
  }

  private void piece(String content) {
    text(content);
  }

  private byte[] archive(int minor) {
    head(minor, 4);
    entry(minor, 1, false, "ENCODING", "ENCODING", "SET client_encoding = 'UTF8';\n");
    entry(minor, 7, false, "TABLE", "t", "CREATE TABLE public.t (id int);\n");
    entry(minor, 9, true, "TABLE DATA", "t", "");
    entry(minor, 12, true, "BLOBS", "BLOBS", "");
    u8(1).number(9);
    // No version has done so yet, but nothing forbids that rows share a piece, or are cut by one.
    piece("1\n2\n3");
    piece("\n4\n");
    piece("\\.\n\n\n");
    number(0);
    u8(3).number(12);
    number(77);
    piece("content");
    number(0);
    number(-5).number(0); // an oid beyond two billion, empty
    number(0);
    return out.toByteArray();
  }

  @ParameterizedTest
  @ValueSource(ints = {14, 15, 16})
  void everyVersionIsRead(int minor) throws IOException {
    byte[] archive = archive(minor);
    DumpToc toc = DumpToc.read(new ByteArrayInputStream(archive), entry -> true);
    assertThat(toc.header().minor()).isEqualTo(minor);
    assertThat(toc.header().created()).isEqualTo(LocalDateTime.of(2026, 12, 31, 23, 59, 59));
    assertThat(toc.header().serverVersion()).isEqualTo("17.5");
    assertThat(toc.entries()).hasSize(4);
    DumpEntry table = toc.entries().get(1);
    assertThat(table.name()).isEqualTo("public.t");
    assertThat(table.owner()).isEqualTo("owner");
    assertThat(table.dependencies()).containsExactly(7, 8);
    BlockScanner scanner = BlockScanner.create();
    for (byte one : archive) {
      scanner.feed(new byte[] {one}, 0, 1);
    }
    List<DumpBlock> blocks = scanner.finish();
    assertThat(scanner.tocLength()).isEqualTo(toc.length());
    assertThat(blocks).extracting(DumpBlock::rows).containsExactly(4L, DumpBlock.UNKNOWN);
    assertThat(blocks).extracting(DumpBlock::objects).containsExactly(0L, 2L);
    ByteArrayOutputStream copy = new ByteArrayOutputStream();
    FilteredArchive.writeToc(toc, e -> true, new ByteArrayInputStream(archive), copy);
    assertThat(archive).startsWith(copy.toByteArray());
  }

  @ParameterizedTest
  @ValueSource(ints = {12, 13, 17, 255})
  void otherVersionsAreRefusedByName(int minor) {
    head(minor, 0);
    assertThatThrownBy(
            () -> DumpToc.read(new ByteArrayInputStream(out.toByteArray()), entry -> true))
        .isInstanceOf(PostgresException.class)
        .hasMessageContaining("1." + minor);
  }

  @Test
  void namesAreReadInTheEncodingOfTheArchive() throws IOException {
    head(16, 2);
    entry(16, 1, false, "ENCODING", "ENCODING", "SET client_encoding = 'WIN1251';\n");
    charset = Charset.forName("windows-1251");
    entry(16, 2, false, "TABLE", "таблица", "");
    DumpToc toc = DumpToc.read(new ByteArrayInputStream(out.toByteArray()), entry -> true);
    assertThat(toc.entries().getLast().tag()).isEqualTo("таблица");
  }

  @Test
  void aLengthThatLiesIsRefusedBeforeAnythingIsAllocatedByIt() {
    head(16, 2_000_000_000);
    number(1).number(0).text("1").text("1").number(2_000_000_000);
    assertThatThrownBy(() -> BlockScanner.create().feed(out.toByteArray(), 0, out.size()))
        .isInstanceOf(PostgresException.class)
        .hasMessageContaining("2000000000");
  }

  @Test
  void blocksInAnotherOrderAreRefused() {
    head(14, 2);
    entry(14, 9, true, "TABLE DATA", "t", "");
    entry(14, 10, true, "TABLE DATA", "u", "");
    u8(1).number(10).number(0);
    assertThatThrownBy(() -> BlockScanner.create().feed(out.toByteArray(), 0, out.size()))
        .isInstanceOf(PostgresException.class)
        .hasMessageContaining("entry 9");
  }
}
