#include "converters/record_schema.h"

#include <algorithm>
#include <map>
#include <set>
#include <vector>

#include "converters/readers/text_rules.h"
#include "oncobridge/fhir/json_writer.h"
#include "oncobridge/record/shape.h"

namespace oncobridge {
namespace {

// Months and their days, leap years included: the schema refuses what no calendar has. Some
// validators let `$` match before a line end at the end of the text, hence `(?!\n)`.
constexpr std::string_view kDatePattern =
    "^(?!0000)([0-9]{4}(-(0[1-9]|1[0-2])|-(0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|"
    "-(0[469]|11)-(0[1-9]|[12][0-9]|30)|-02-(0[1-9]|1[0-9]|2[0-8]))?|"
    "([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)-02-29)$(?!\\n)";

class SchemaWriter {
 public:
  SchemaWriter(const Terms& terms, Buffer& out) : terms_(terms), json_(out) {}

  void write() {
    json_.raw("{");
    json_.string("$schema", "https://json-schema.org/draft/2020-12/schema");
    json_.string("$id", "urn:oncobridge:case-record");
    json_.string("title", "Oncobridge case record");
    json_.string("$ref", "#/$defs/case");
    collect(case_record_shape());
    json_.key("$defs");
    json_.begin_object();
    define_texts();
    for (const Shape* shape : shapes_) define(*shape);
    for (const TermField field : fields_) define_concept(field);
    json_.end_object();
    json_.raw("}\n");
  }

 private:
  void collect(const Shape& shape) {
    if (std::find(shapes_.begin(), shapes_.end(), &shape) != shapes_.end()) return;
    shapes_.push_back(&shape);
    for (const Field& field : shape.fields) {
      if (field.kind == Kind::object) collect(*field.shape);
      if (field.kind == Kind::concept_) fields_.insert(field.terms);
    }
  }

  void definition(std::string_view name) {
    json_.raw(json_.buffer().back() == '{' ? "\n" : ",\n");
    json_.raw("\"");
    json_.raw(name);
    json_.raw("\":");
  }

  void define_texts() {
    constexpr struct {
      std::string_view name;
      TextRule rule;
    } kTexts[] = {{"text", TextRule::any},
                  {"text-case-id", TextRule::case_id},
                  {"text-uri", TextRule::uri},
                  {"text-tnm", TextRule::tnm},
                  {"text-language", TextRule::language}};
    for (const auto& text : kTexts) {
      definition(text.name);
      json_.raw("{");
      json_.string("type", "string");
      json_.string("pattern", text_rule_pattern(text.rule));
      json_.number("maxLength", std::uint64_t{text.rule == TextRule::tnm ? 60u : kMaxText});
      json_.raw("}");
    }
    definition("date");
    json_.raw("{");
    json_.string("type", "string");
    json_.string("pattern", kDatePattern);
    json_.raw("}");
    definition("number");
    json_.raw(R"({"type":"number","anyOf":[{"const":0},{"minimum":1e-15,"maximum":1e15},)");
    json_.raw(R"({"minimum":-1e15,"maximum":-1e-15}]})");
  }

  void define(const Shape& shape) {
    definition(shape.name);
    json_.raw("{");
    json_.string("description", shape.doc);
    if (shape.short_form >= 0) {
      json_.raw("oneOf", "[");
      // Only a string: a coded value's object form would be taken for the structure itself.
      const Field& field = shape.fields[static_cast<std::size_t>(shape.short_form)];
      field.kind == Kind::concept_ ? reference("#/$defs/text") : type_of(field);
      json_.raw(",{");
      members(shape);
      json_.raw("}]");
    } else {
      members(shape);
    }
    json_.raw("}");
  }

  void members(const Shape& shape) {
    json_.string("type", "object");
    json_.raw("additionalProperties", "false");
    json_.raw("minProperties", "1");
    const std::size_t required = json_.open_array("required");
    for (const Field& field : shape.fields) {
      if (!field.required) continue;
      json_.element();
      json_.string(field.name);
    }
    json_.close_array(required);
    json_.key("properties");
    json_.begin_object();
    for (const Field& field : shape.fields) {
      json_.key(field.name);
      if (!field.is_list) {
        type_of(field);
      } else if (field.one_or_many) {
        json_.raw("{\"anyOf\":[");
        type_of(field);
        json_.raw(",");
        list_of(field);
        json_.raw("]}");
      } else {
        list_of(field);
      }
    }
    json_.end_object();
  }

  void list_of(const Field& field) {
    json_.raw(R"({"type":"array","minItems":1,"items":)");
    type_of(field);
    json_.raw("}");
  }

  void reference(std::string_view first, std::string_view second = {}) {
    json_.raw("{");
    json_.string("$ref", first, second);
    json_.raw("}");
  }

  void type_of(const Field& field) {
    switch (field.kind) {
      case Kind::text:
        switch (field.text_rule) {
          case TextRule::any:
            return reference("#/$defs/text");
          case TextRule::case_id:
            return reference("#/$defs/text-case-id");
          case TextRule::uri:
            return reference("#/$defs/text-uri");
          case TextRule::tnm:
            return reference("#/$defs/text-tnm");
          case TextRule::language:
            return reference("#/$defs/text-language");
        }
        return;
      case Kind::ref:
        return reference("#/$defs/text");
      case Kind::date:
        return reference("#/$defs/date");
      case Kind::flag:
        return json_.raw(R"({"type":"boolean"})");
      case Kind::decimal:
        return reference("#/$defs/number");
      case Kind::whole:
        json_.raw(R"({"type":"integer","minimum":0)");
        json_.number("maximum", std::uint64_t{field.maximum == 0 ? kMaxWhole : field.maximum});
        return json_.raw("}");
      case Kind::choice:
        return enumeration(field.choices);
      case Kind::concept_:
        return reference("#/$defs/", concept_name(field.terms));
      case Kind::object:
        return reference("#/$defs/", field.shape->name);
    }
  }

  static std::string concept_name(TermField field) {
    return field == TermField::none ? "wording" : "concept-" + std::string(term_field_name(field));
  }

  template <typename Words>
  void enumeration(const Words& words) {
    json_.raw("{\"enum\":[");
    for (const std::string_view word : words) {
      json_.element();
      json_.string(word);
    }
    json_.raw("]}");
  }

  // A wording, or {text, code, system} with a code of the field's table. Without a table, because
  // it depends on another field which one it is, only a wording.
  void define_concept(TermField field) {
    std::set<std::string_view> codes;
    std::map<std::string_view, std::set<std::string_view>> systems;
    for (const Term& term : terms_.all()) {
      if (term.field != field || field == TermField::none) continue;
      for (const Coding& coding : term.codings) {
        codes.insert(coding.code);
        systems[coding.system].insert(coding.code);
      }
    }
    definition(concept_name(field));
    json_.raw(
        R"({"oneOf":[{"$ref":"#/$defs/text"},{"type":"object","additionalProperties":false,)");
    if (codes.empty())
      return json_.raw(R"("required":["text"],"properties":{"text":{"$ref":"#/$defs/text"}}}]})");
    json_.raw(
        R"("anyOf":[{"required":["text"]},{"required":["code"]}],"dependentRequired":{"system":["code"]},)");
    json_.raw(R"("properties":{"text":{"$ref":"#/$defs/text"},"code":)");
    enumeration(codes);
    json_.raw(",\"system\":{\"enum\":[");
    for (const auto& [system, ignored] : systems) {
      json_.element();
      json_.string(system);
    }
    json_.raw("]}}");
    if (systems.size() > 1) {
      json_.raw(",\"allOf\":[");
      for (const auto& [system, codes_of_system] : systems) {
        json_.element();
        json_.raw(R"({"if":{"required":["system"],"properties":{"system":{"const":)");
        json_.string(system);
        json_.raw(R"(}}},"then":{"properties":{"code":)");
        enumeration(codes_of_system);
        json_.raw("}}}");
      }
      json_.raw("]");
    }
    json_.raw("}]}");
  }

  const Terms& terms_;
  JsonWriter json_;
  std::vector<const Shape*> shapes_;
  std::set<TermField> fields_;
};

std::string_view type_name(const Field& field) {
  switch (field.kind) {
    case Kind::text:
      return "text";
    case Kind::flag:
      return "true or false";
    case Kind::whole:
      return "whole number";
    case Kind::decimal:
      return "number";
    case Kind::choice:
      return "word";
    case Kind::date:
      return "date";
    case Kind::concept_:
      return "coded";
    case Kind::ref:
      return "reference";
    case Kind::object:
      return field.shape->name;
  }
  return "";
}

void describe(const Shape& shape, std::vector<const Shape*>& done, std::string& out) {
  if (std::find(done.begin(), done.end(), &shape) != done.end()) return;
  done.push_back(&shape);
  out += "\n## " + std::string(shape.name) + "\n\n" + std::string(shape.doc) + ".";
  if (shape.is_fact) out += " Has the [common fields of a fact](#common-fields-of-a-fact).";
  out += "\n\n| field | type | meaning |\n| --- | --- | --- |\n";
  for (const Field& field : shape.fields) {
    const bool common = shape.is_fact && field.offset < sizeof(Fact);
    if (common) continue;
    out += "| `" + std::string(field.name) + "`" + (field.required ? " (required)" : "") + " | ";
    if (field.is_list) out += field.one_or_many ? "one or a list of " : "list of ";
    out += field.kind == Kind::object
               ? "[" + std::string(field.shape->name) + "](#" + std::string(field.shape->name) + ")"
               : std::string(type_name(field));
    if (field.kind == Kind::concept_)
      out += ", table `" + std::string(term_field_name(field.terms)) + "`";
    if (field.kind == Kind::ref) out += " to " + std::string(field.targets);
    if (field.kind == Kind::choice) {
      out += ": ";
      for (const std::string_view word : field.choices) {
        if (word.data() != field.choices.front().data()) out += ", ";
        out += "`" + std::string(word) + "`";
      }
    }
    out += " | " + std::string(field.doc) + (field.is_key ? " *(key)*" : "") + " |\n";
  }
  for (const Field& field : shape.fields) {
    if (field.kind == Kind::object && !(shape.is_fact && field.offset < sizeof(Fact)))
      describe(*field.shape, done, out);
  }
}

}  // namespace

std::string record_schema(const Terms& terms) {
  Buffer buffer;
  SchemaWriter(terms, buffer).write();
  return std::string(buffer.view());
}

std::string field_reference() {
  std::string out;
  std::vector<const Shape*> done;
  describe(case_record_shape(), done, out);
  return out;
}

}  // namespace oncobridge
