// A sound case record and twenty ways to break it, each with the rule that must name it.
#pragma once

#include <string>
#include <vector>

namespace oncobridge::test {

// One line, without its end.
inline std::string sound_record(const std::string& case_id) {
  return R"({"case_id":")" + case_id +
         R"(","patient":{"gender":"female","birth_date":"1970-05"},)"
         R"("primary_tumors":[{"id":"tumor","diagnosis":"invasive ductal carcinoma",)"
         R"("site":{"site":"breast","laterality":"left"},"asserted":"2024-02-12"}],)"
         R"("specimens":[{"id":"biopsy","type":"tumor","identifier":"B-1","collected":"2024-02-07"},)"
         R"({"type":"tumor","state":"negative"}],)"
         R"("markers":[{"marker":"ER","specimen":"biopsy","result":"positive",)"
         R"("percent":{"value":95,"unit":"%"}},{"marker":"HER2","specimen":"biopsy","score":"1+"}],)"
         R"("medications":[{"drug":"letrozole","status":"in-progress"}]})";
}

struct Breakage {
  const char* rule;
  const char* path;
  const char* from;  // its last occurrence is replaced
  const char* to;
};

inline const std::vector<Breakage>& breakages() {
  static const std::vector<Breakage> all = {
      {"unknown-field", "markers[0]", "\"result\"", "\"resultt\""},
      {"wrong-type", "markers[0].percent.value", ":95", ":\"95\""},
      {"impossible-date", "patient.birth_date", "1970-05", "1970-13"},
      {"not-in-list", "patient.gender", "\"female\"", "\"woman\""},
      {"code-not-in-list", "markers[1].marker.code", "\"HER2\"", "{\"code\":\"no-such-code\"}"},
      {"duplicate-field", "markers[1]", "\"score\":\"1+\"", "\"score\":\"1+\",\"score\":\"2+\""},
      {"duplicate-id", "medications[0].id", "\"drug\"", "\"id\":\"tumor\",\"drug\""},
      {"unknown-reference", "markers[1].specimen", "\"specimen\":\"biopsy\"",
       "\"specimen\":\"other\""},
      {"wrong-reference", "markers[1].specimen", "\"specimen\":\"biopsy\"",
       "\"specimen\":\"tumor\""},
      {"invalid-utf8", "", "letrozole", "letro\xFFzole"},
      {"truncated", "", "}]}", "}]"},
      {"unclosed-string", "", "\"in-progress\"", "\"in-progress"},
      {"missing-field", "medications[0]", "\"drug\":\"letrozole\",", ""},
      {"empty-list", "", "[{\"drug\":\"letrozole\",\"status\":\"in-progress\"}]", "[]"},
      {"empty-object", "patient", "{\"gender\":\"female\",\"birth_date\":\"1970-05\"}", "{}"},
      {"text-form", "markers[0].result", "\"positive\"", "\" \""},
      {"broken-string", "medications[0].drug", "letrozole", "letro\\zole"},
      {"trailing-content", "", "}]}", "}]} {}"},
      {"broken-json", "markers[0]", ",\"result\"", " \"result\""},
      {"out-of-range", "markers[0].percent.value", ":95", ":1e400"},
  };
  return all;
}

inline std::string broken_record(const std::string& case_id, const Breakage& breakage) {
  std::string record = sound_record(case_id);
  const std::string from = breakage.from;
  record.replace(record.rfind(from), from.size(), breakage.to);
  return record;
}

}  // namespace oncobridge::test
