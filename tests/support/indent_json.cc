#include "tests/support/indent_json.h"

namespace oncobridge::test {

std::string indent_json(std::string_view json) {
  std::string out;
  std::size_t depth = 0;
  bool in_string = false;
  const auto line = [&] { out += '\n' + std::string(depth * 1, ' '); };
  for (std::size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (in_string) {
      out += c;
      if (c == '\\') {
        out += json[++i];
      } else if (c == '"') {
        in_string = false;
      }
      continue;
    }
    switch (c) {
      case '"':
        in_string = true;
        out += c;
        break;
      case '{':
      case '[':
        ++depth;
        out += c;
        line();
        break;
      case '}':
      case ']':
        --depth;
        line();
        out += c;
        break;
      case ',':
        out += c;
        line();
        break;
      case '\n':
      case ' ':
        break;
      default:
        out += c;
    }
  }
  return out + '\n';
}

}  // namespace oncobridge::test
