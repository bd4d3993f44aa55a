package io.holdfast.cli.command;

import io.holdfast.cli.terminal.Times;
import io.holdfast.operations.proof.Finding;
import io.holdfast.operations.proof.FindingCode;
import io.holdfast.operations.proof.Proof;
import io.holdfast.operations.proof.Verdict;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** Proofs for other programs, and for people who were not there. */
final class ProofExport {
  private static final String STYLE =
      "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;"
          + "color:#1b1f24;background:#fff}h1{font-size:1.4rem}table{border-collapse:collapse;"
          + "width:100%}td,th{text-align:left;padding:.4rem .6rem;border-bottom:1px solid #d8dee4;"
          + "vertical-align:top}.passed{color:#116329}.failed{color:#a40e26;font-weight:600}"
          + ".unverified{color:#7d4e00;font-weight:600}svg{width:100%;height:auto}"
          + "@media(prefers-color-scheme:dark){body{color:#e6edf3;background:#0d1117}"
          + "td,th{border-color:#30363d}.passed{color:#3fb950}.failed{color:#ff7b72}"
          + ".unverified{color:#d29922}}";

  private static final int WIDTH = 720;
  private static final int HEIGHT = 160;
  private static final int FOOT = 20;

  private ProofExport() {}

  private interface Writing {
    void to(XMLStreamWriter xml) throws XMLStreamException;
  }

  private static String xml(Writing writing) {
    StringWriter text = new StringWriter();
    try {
      XMLStreamWriter xml = XMLOutputFactory.newFactory().createXMLStreamWriter(text);
      writing.to(xml);
      xml.close();
    } catch (XMLStreamException e) {
      throw new IllegalStateException(e);
    }
    return text.toString();
  }

  /** A test for each rung. */
  static String junit(Proof proof, ProofSeal seal) {
    return xml(xml -> {
      xml.writeStartDocument("UTF-8", "1.0");
      xml.writeStartElement("testsuite");
      xml.writeAttribute("name", "holdfast prove " + proof.cluster());
      xml.writeAttribute("timestamp", proof.began().toString());
      xml.writeAttribute("tests", Integer.toString(proof.steps().size()));
      xml.writeAttribute("failures", Long.toString(count(proof, Verdict.FAILED)));
      xml.writeAttribute("errors", Long.toString(count(proof, Verdict.UNVERIFIED)));
      xml.writeStartElement("properties");
      property(xml, "signature", seal.word());
      if (seal.signer() != null) {
        property(xml, "signer", seal.signer());
      }
      xml.writeEndElement();
      for (Proof.Step step : proof.steps()) {
        xml.writeStartElement("testcase");
        xml.writeAttribute("classname", "holdfast." + proof.cluster() + "." + proof.backup());
        xml.writeAttribute("name", step.rung().word());
        xml.writeAttribute("time", seconds(step.took()));
        if (step.verdict() != Verdict.PASSED) {
          xml.writeStartElement(step.verdict() == Verdict.FAILED ? "failure" : "error");
          xml.writeAttribute("message", clean(step.said()));
          xml.writeCharacters(clean(findings(proof)));
          xml.writeEndElement();
        }
        xml.writeEndElement();
      }
      xml.writeEndElement();
      xml.writeEndDocument();
    });
  }

  private static void property(XMLStreamWriter xml, String name, String value)
      throws XMLStreamException {
    xml.writeEmptyElement("property");
    xml.writeAttribute("name", name);
    xml.writeAttribute("value", clean(value));
  }

  private static long count(Proof proof, Verdict verdict) {
    return proof.steps().stream().filter(step -> step.verdict() == verdict).count();
  }

  private static String seconds(Duration took) {
    return String.format(Locale.ROOT, "%.3f", took.toMillis() / 1000.0);
  }

  private static String findings(Proof proof) {
    StringBuilder text = new StringBuilder();
    for (Finding each : proof.findings()) {
      text.append(each.code() + ": " + each.subject() + ": " + each.found() + "\n");
    }
    return text.toString();
  }

  /** What XML does not take at all. */
  private static String clean(String text) {
    return text.replaceAll("[^\\t\\n\\r\\x20-\\uD7FF\\uE000-\\uFFFD]", "\uFFFD");
  }

  /**
   * One page that needs nothing else.
   *
   * @param history for the chart, oldest first
   */
  static String html(Proof proof, ProofSeal seal, List<Proof> history) {
    return "<!DOCTYPE html>\n"
        + xml(xml -> {
          xml.writeStartElement("html");
          xml.writeAttribute("lang", "en");
          xml.writeStartElement("head");
          xml.writeEmptyElement("meta");
          xml.writeAttribute("charset", "utf-8");
          xml.writeEmptyElement("meta");
          xml.writeAttribute("name", "viewport");
          xml.writeAttribute("content", "width=device-width");
          element(xml, "title", "", "Proof of backup " + proof.backup());
          element(xml, "style", "", STYLE);
          xml.writeEndElement();
          xml.writeStartElement("body");
          body(xml, proof, seal);
          chart(xml, history);
          xml.writeEndElement();
          xml.writeEndElement();
        });
  }

  private static void body(XMLStreamWriter xml, Proof proof, ProofSeal seal)
      throws XMLStreamException {
    element(
        xml,
        "h1",
        proof.verdict().word(),
        proof.verdict().said()
            + ": backup "
            + proof.backup()
            + " of cluster "
            + proof.cluster()
            + ", "
            + proof.kind());
    element(
        xml,
        "p",
        "",
        "Proven on "
            + proof.host()
            + " by "
            + proof.program()
            + ", "
            + Times.local(proof.began())
            + " to "
            + Times.local(proof.ended())
            + (proof.server().isEmpty() ? "" : ", on PostgreSQL " + proof.server())
            + (proof.target().isEmpty() ? "" : ", recovered to: " + proof.target())
            + (proof.site().isEmpty() ? "" : ", from site " + proof.site() + " alone")
            + ".");
    element(xml, "p", seal.valid() ? "passed" : "unverified", "Signature: " + seal.said());
    xml.writeStartElement("table");
    row(xml, "th", "", "Rung", "Verdict", "What was established", "Time");
    for (Proof.Step step : proof.steps()) {
      row(
          xml,
          "td",
          step.verdict().word(),
          step.rung().word(),
          step.verdict().said(),
          step.said(),
          Times.span(step.took()));
    }
    xml.writeEndElement();
    element(xml, "h2", "", "Recovery time");
    xml.writeStartElement("table");
    for (Proof.Stage stage : proof.stages()) {
      row(xml, "td", "", stage.name(), Times.span(stage.took()));
    }
    row(
        xml,
        "th",
        "",
        "until the copy answered",
        proof.recoveryTime().map(Times::span).orElse("–"));
    xml.writeEndElement();
    element(xml, "h2", "", proof.findings().isEmpty() ? "No findings" : "Findings");
    for (Finding each : proof.findings()) {
      element(
          xml, "h3", each.fault() ? "failed" : "unverified", each.code() + ": " + each.subject());
      element(xml, "p", "", each.found());
      if (FindingCode.of(each.code()).isPresent()) {
        FindingCode code = FindingCode.of(each.code()).get();
        element(xml, "p", "", code.why() + " What to do: " + code.whatToDo());
      }
    }
  }

  /** Recovery times of earlier proofs as bars, each with its figure when it is pointed at. */
  private static void chart(XMLStreamWriter xml, List<Proof> history) throws XMLStreamException {
    List<Proof> timed = history.stream().filter(p -> p.recoveryTime().isPresent()).toList();
    if (timed.isEmpty()) {
      return;
    }
    element(xml, "h2", "", "Recovery times of the last " + timed.size() + " proofs of this kind");
    long most =
        Math.max(
            1,
            timed.stream()
                .mapToLong(p -> p.recoveryTime().orElseThrow().toMillis())
                .max()
                .orElse(1));
    xml.writeStartElement("svg");
    xml.writeAttribute("viewBox", "0 0 " + WIDTH + " " + (HEIGHT + FOOT));
    xml.writeAttribute("role", "img");
    double step = (double) WIDTH / timed.size();
    for (int i = 0; i < timed.size(); i++) {
      Duration took = timed.get(i).recoveryTime().orElseThrow();
      double height = Math.max(1, (double) took.toMillis() / most * HEIGHT);
      xml.writeStartElement("rect");
      xml.writeAttribute("x", number(i * step + step * 0.1));
      xml.writeAttribute("y", number(HEIGHT - height));
      xml.writeAttribute("width", number(Math.min(step * 0.8, 40)));
      xml.writeAttribute("height", number(height));
      xml.writeAttribute("fill", "#2f81f7");
      element(xml, "title", "", Times.local(timed.get(i).ended()) + ": " + Times.span(took));
      xml.writeEndElement();
    }
    xml.writeStartElement("text");
    xml.writeAttribute("x", "0");
    xml.writeAttribute("y", Integer.toString(HEIGHT + FOOT - 4));
    xml.writeAttribute("font-size", "12");
    xml.writeAttribute("fill", "currentColor");
    xml.writeCharacters("longest " + Times.span(Duration.ofMillis(most)) + ", oldest on the left");
    xml.writeEndElement();
    xml.writeEndElement();
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }

  private static void row(XMLStreamWriter xml, String cell, String style, String... cells)
      throws XMLStreamException {
    xml.writeStartElement("tr");
    for (int i = 0; i < cells.length; i++) {
      element(xml, cell, i == 1 ? style : "", cells[i]);
    }
    xml.writeEndElement();
  }

  private static void element(XMLStreamWriter xml, String name, String style, String text)
      throws XMLStreamException {
    xml.writeStartElement(name);
    if (!style.isEmpty()) {
      xml.writeAttribute("class", style);
    }
    xml.writeCharacters(clean(text));
    xml.writeEndElement();
  }
}
