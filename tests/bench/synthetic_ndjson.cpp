// Sysmon as nxlog ships it, fitted to 143,000 Sysmon events of 20 public captures: kinds of event, bytes and names an event,
// and how often each field brings a text not seen before.
#include <array>
#include <cstdio>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/bench/random.h"
#include "tests/bench/synthetic.h"

namespace trocar::bench {
namespace {

template <class... Args>
std::string printed(const char* format, Args... args) {
    std::array<char, 512> buffer{};
    const int size = std::snprintf(buffer.data(), buffer.size(), format, args...);
    return {buffer.data(), static_cast<std::size_t>(size)};
}

void put_json(std::string& out, std::string_view text) {
    for (const char c : text) {
        if (c == '\\' || c == '"') {
            out += '\\';
        }
        out += c;
    }
}

/// Texts of one field: a new one so many times of a thousand, else one of those known.
class Pool {
public:
    Pool(std::uint64_t new_in_thousand, std::string (*make)(Random&)) : new_(new_in_thousand), make_(make) {}
    const std::string& draw(Random& random) {
        constexpr std::size_t kLeast = 16;
        if (known_.size() < kLeast || random.chance(new_)) {
            return known_.emplace_back(make_(random));
        }
        return known_[random.below(known_.size())];
    }

private:
    std::uint64_t new_;
    std::string (*make_)(Random&);
    std::vector<std::string> known_;
};

unsigned long long u(std::uint64_t n) { return n; }

std::string make_guid(Random& random) {
    return printed("{9f85ce58-%04llx-5f2b-%04llx-%012llx}", u(random.below(0x10000)), u(random.below(0x10000)),
                   u(random.below(1ULL << 40)));
}

std::string make_image(Random& random) { return printed("C:\\Windows\\System32\\service%llu.exe", u(random.below(400))); }

std::string make_trace(Random& random) {
    std::string trace = "C:\\windows\\SYSTEM32\\ntdll.dll+9fc24";
    for (int i = 0; i < 9; ++i) {
        trace += printed("|C:\\windows\\System32\\component%llu.dll+%llx", u(random.below(90)), u(random.below(0x40000)));
    }
    return trace;
}

std::string make_key(Random& random) {
    return printed("HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Component%llu\\Settings\\{%08llx-%04llx}",
                   u(random.below(400)), u(random.below(1ULL << 32)), u(random.below(0x10000)));
}

std::string make_details(Random& random) {
    return printed("QWORD (0x%08llx-0x%08llx)", u(random.below(1ULL << 32)), u(random.below(1ULL << 32)));
}

std::string make_module(Random& random) { return printed("C:\\Windows\\System32\\module%llu.dll", u(random.below(100'000))); }

std::string make_file(Random& random) {
    return printed("C:\\Users\\analyst\\AppData\\Local\\Temp\\%llx.tmp", u(random.next()));
}

std::string make_hashes(Random& random) {
    const auto words = [&](int count) {
        std::string text;
        for (int i = 0; i < count; ++i) {
            text += printed("%08llX", u(random.below(1ULL << 32)));
        }
        return text;
    };
    return "SHA1=" + words(5) + ",MD5=" + words(4) + ",SHA256=" + words(8) + ",IMPHASH=" + words(4);
}

std::string make_command(Random& random) { return printed("tool.exe /quiet /task:%llx", u(random.next())); }

/// Makes one event after another.
class SysmonLines {
public:
    void append(std::string& out) {
        fields_.clear();
        utc_ms_ += 3;
        const std::uint64_t kind = random_.below(1000);
        if (kind < 560) {
            access();
        } else if (kind < 760) {
            registry(12);
        } else if (kind < 880) {
            module();
        } else if (kind < 970) {
            registry(13);
        } else if (kind < 990) {
            file();
        } else {
            process();
        }
        write(out);
    }

private:
    void begin(int id, const char* title) {
        id_ = id;
        title_ = title;
        const std::int64_t s = utc_ms_ / 1000;
        clock_ = printed("2020-10-22 %02d:%02d:%02d", static_cast<int>(s / 3600 % 24), static_cast<int>(s / 60 % 60),
                         static_cast<int>(s % 60));
        fields_.emplace_back("RuleName", "-");
        fields_.emplace_back("UtcTime", clock_ + printed(".%03d", static_cast<int>(utc_ms_ % 1000)));
    }
    void who(const char* prefix, const char* guid) {
        const std::string pre = prefix;
        fields_.emplace_back(pre + guid, guids_.draw(random_));
        fields_.emplace_back(pre + "ProcessId", std::to_string(random_.below(2000) * 4));
    }
    void access() {
        begin(10, "Process accessed");
        who("Source", "ProcessGUID");
        fields_.emplace_back("SourceThreadId", std::to_string(random_.below(4000)));
        fields_.emplace_back("SourceImage", images_.draw(random_));
        who("Target", "ProcessGUID");
        fields_.emplace_back("TargetImage", images_.draw(random_));
        fields_.emplace_back("GrantedAccess", printed("0x%llx", u(random_access(random_))));
        fields_.emplace_back("CallTrace", traces_.draw(random_));
    }
    void registry(int id) {
        begin(id, id == 12 ? "Registry object added or deleted" : "Registry value set");
        fields_.emplace_back("EventType", id == 12 ? "CreateKey" : "SetValue");
        who("", "ProcessGuid");
        fields_.emplace_back("Image", images_.draw(random_));
        fields_.emplace_back("TargetObject", (id == 12 ? keys_ : values_).draw(random_));
        if (id == 13) {
            fields_.emplace_back("Details", details_.draw(random_));
        }
    }
    void module() {
        begin(7, "Image loaded");
        who("", "ProcessGuid");
        fields_.emplace_back("Image", images_.draw(random_));
        fields_.emplace_back("ImageLoaded", modules_.draw(random_));
        fields_.emplace_back("FileVersion", "10.0.18362.387 (WinBuild.160101.0800)");
        fields_.emplace_back("Description", "Host Process for Windows Tasks");
        fields_.emplace_back("Product", "Microsoft Windows Operating System");
        fields_.emplace_back("Company", "Microsoft Corporation");
        fields_.emplace_back("OriginalFileName", "module.dll");
        fields_.emplace_back("Hashes", hashes_.draw(random_));
        fields_.emplace_back("Signed", "true");
        fields_.emplace_back("Signature", "Microsoft Windows");
        fields_.emplace_back("SignatureStatus", "Valid");
    }
    void file() {
        begin(11, "File created");
        who("", "ProcessGuid");
        fields_.emplace_back("Image", images_.draw(random_));
        fields_.emplace_back("TargetFilename", files_.draw(random_));
        fields_.emplace_back("CreationUtcTime", fields_[1].second);
    }
    void process() {
        begin(1, "Process Create");
        who("", "ProcessGuid");
        fields_.emplace_back("Image", images_.draw(random_));
        fields_.emplace_back("CommandLine", commands_.draw(random_));
        fields_.emplace_back("CurrentDirectory", "C:\\windows\\system32\\");
        fields_.emplace_back("User", "BENCH\\analyst");
        fields_.emplace_back("LogonId", "0x3e7");
        fields_.emplace_back("IntegrityLevel", "System");
        fields_.emplace_back("Hashes", hashes_.draw(random_));
        who("Parent", "ProcessGuid");
        fields_.emplace_back("ParentImage", images_.draw(random_));
        fields_.emplace_back("ParentCommandLine", commands_.draw(random_));
    }
    void write(std::string& out) {
        out += printed(R"({"tags":["bench"],"@version":"1","EventType":"INFO","Version":3,"ThreadID":4208,"EventTime":"%s",)",
                       clock_.c_str());
        out += printed(R"("Task":%d,"AccountType":"User","Channel":"Microsoft-Windows-Sysmon/Operational",)", id_);
        out += R"("SourceName":"Microsoft-Windows-Sysmon","OpcodeValue":0,"Hostname":"BENCH.example.local",)";
        out += printed(R"("@timestamp":"%.10sT%sZ","Message":")", clock_.c_str(), fields_[1].second.c_str() + 11);
        out += title_;
        out += ':';
        for (const auto& [name, value] : fields_) {
            out += R"(\r\n)" + name + ": ";
            put_json(out, value);
        }
        out += printed(R"(","SourceModuleName":"eventlog","EventReceivedTime":"%s","port":60122,"AccountName":"SYSTEM",)",
                       clock_.c_str());
        out += R"("Domain":"NT AUTHORITY","ExecutionProcessID":3888,"host":"collector.example.local","Severity":"INFO",)";
        out += printed(R"("SeverityValue":2,"EventID":%d,"UserID":"S-1-5-18",)", id_);
        out += R"("ProviderGuid":"{5770385F-C22A-43E0-BF4C-06F5698FFBD9}","SourceModuleType":"im_msvistalog",)";
        out += printed(R"("RecordNumber":%llu,"Keywords":-9223372036854775808)", u(++record_));
        for (const auto& [name, value] : fields_) {
            if (name == "EventType") {
                continue;  // the envelope has one
            }
            out += ",\"" + name + "\":\"";
            put_json(out, value);
            out += '"';
        }
        out += "}\n";
    }

    Random random_{5};
    std::uint64_t record_ = 0;
    std::int64_t utc_ms_ = 0;
    int id_ = 0;
    const char* title_ = "";
    std::string clock_;
    std::vector<std::pair<std::string, std::string>> fields_;
    Pool guids_{20, make_guid}, images_{5, make_image}, traces_{19, make_trace}, keys_{180, make_key},
        values_{670, make_key}, details_{140, make_details}, modules_{66, make_module}, hashes_{128, make_hashes},
        files_{590, make_file}, commands_{400, make_command};
};

}  // namespace

std::string synthetic_ndjson(std::size_t bytes) {
    std::string out;
    out.reserve(bytes + 8192);
    SysmonLines lines;
    while (out.size() < bytes) {
        lines.append(out);
    }
    return out;
}

}  // namespace trocar::bench
