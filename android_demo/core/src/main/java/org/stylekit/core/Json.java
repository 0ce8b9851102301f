package org.stylekit.core;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A reader of JSON (RFC 8259): objects become maps, arrays lists, numbers doubles.
 *
 * <p>Android brings one of its own, which no unit test on a desktop could run.
 */
final class Json {
  /** Deeper than any model card; a hostile file cannot exhaust the stack. */
  private static final int MOST_LEVELS = 64;

  private final String text;
  private int position;

  private Json(String text) {
    this.text = text;
  }

  /**
   * The value that a text stands for.
   *
   * @throws IllegalArgumentException the text is no JSON.
   */
  static Object parse(String text) {
    Json json = new Json(text);
    Object value = json.value(0);
    json.skipSpace();
    if (json.position != text.length()) {
      throw json.error("more after the value");
    }
    return value;
  }

  private Object value(int level) {
    if (level > MOST_LEVELS) {
      throw error("nested too deeply");
    }
    skipSpace();
    char first = peek();
    switch (first) {
      case '{':
        return object(level);
      case '[':
        return array(level);
      case '"':
        return string();
      case 't':
        return word("true", Boolean.TRUE);
      case 'f':
        return word("false", Boolean.FALSE);
      case 'n':
        return word("null", null);
      default:
        return number();
    }
  }

  private Map<String, Object> object(int level) {
    Map<String, Object> values = new LinkedHashMap<>();
    position++;
    skipSpace();
    if (peek() == '}') {
      position++;
      return values;
    }
    while (true) {
      skipSpace();
      String key = string();
      skipSpace();
      expect(':');
      values.put(key, value(level + 1));
      skipSpace();
      if (peek() == '}') {
        position++;
        return values;
      }
      expect(',');
    }
  }

  private List<Object> array(int level) {
    List<Object> values = new ArrayList<>();
    position++;
    skipSpace();
    if (peek() == ']') {
      position++;
      return values;
    }
    while (true) {
      values.add(value(level + 1));
      skipSpace();
      if (peek() == ']') {
        position++;
        return values;
      }
      expect(',');
    }
  }

  private String string() {
    expect('"');
    StringBuilder result = new StringBuilder();
    while (true) {
      char next = peek();
      position++;
      if (next == '"') {
        return result.toString();
      }
      result.append(next == '\\' ? escaped() : next);
    }
  }

  private char escaped() {
    char kind = peek();
    position++;
    switch (kind) {
      case 'n':
        return '\n';
      case 't':
        return '\t';
      case 'r':
        return '\r';
      case 'b':
        return '\b';
      case 'f':
        return '\f';
      case 'u':
        if (position + 4 > text.length()) {
          throw error("the text ends");
        }
        position += 4;
        return (char) Integer.parseInt(text.substring(position - 4, position), 16);
      default:
        return kind;
    }
  }

  private Double number() {
    int start = position;
    while (position < text.length() && "+-.0123456789eE".indexOf(text.charAt(position)) >= 0) {
      position++;
    }
    try {
      return Double.valueOf(text.substring(start, position));
    } catch (NumberFormatException exception) {
      throw error("no value");
    }
  }

  private Object word(String word, Object value) {
    if (!text.startsWith(word, position)) {
      throw error("no value");
    }
    position += word.length();
    return value;
  }

  private void expect(char character) {
    if (peek() != character) {
      throw error("no '" + character + "'");
    }
    position++;
  }

  private char peek() {
    if (position >= text.length()) {
      throw error("the text ends");
    }
    return text.charAt(position);
  }

  private void skipSpace() {
    while (position < text.length() && " \t\r\n".indexOf(text.charAt(position)) >= 0) {
      position++;
    }
  }

  private IllegalArgumentException error(String what) {
    return new IllegalArgumentException(what + " at character " + position);
  }
}
