// Every member of every made line dropped, and written as another type: nothing ends the reading, every line
// is an event or a counted loss, and what a line does not say is not made up.
#include "core/ingest/evidence_walk.h"
#include "importers/linux_ebpf/linux_ebpf.h"
#include "tests/importers/linux_ebpf/sensor_lines.h"
#include "tests/support/recording_sink.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

#include <string>
#include <vector>

using namespace trocar;
using namespace trocar::test;

namespace {

std::vector<std::string> made_lines() {
    const std::string inj = "/tmp/inj";
    return {tracee("ptrace", 7, inj, ptrace_args("\"PTRACE_POKETEXT\"", 5)),
            tracee("openat", 7, inj, arg("pathname", "\"/proc/5/mem\"") + "," + arg("flags", "2"), "3", 1, 3),
            tracee("sched_process_fork", 7, inj,
                   arg("child_pid", "8") + "," + arg("child_tid", "8") + "," + arg("child_ns_pid", "2")),
            tracee("sched_process_exec", 7, inj,
                   arg("pathname", "\"/bin/a\"") + "," + arg("argv", R"(["a","b"])") + "," +
                       arg("env", R"(["LD_PRELOAD=/tmp/x.so"])")),
            tracee("ptrace_code_injection", 7, inj,
                   arg("triggeredBy",
                       R"({"args":[)" + ptrace_args("5", 5) + R"(],"name":"ptrace","returnValue":0})")),
            tracee_beta("process_vm_writev", 7, inj,
                        R"({"name":"pid","int32":5},{"name":"argv","str_array":{"value":["a"]}})"),
            falco("ptrace", 7, inj, R"(,"evt.args":"request=16 pid=5 ","evt.res":"EPERM","proc.vpid":3)"),
            falco("openat", 7, inj, R"(,"fd.name":"/proc/5/mem","evt.is_open_write":true,"evt.rawres":3)"),
            hook("__x64_sys_ptrace", 7, inj,
                 R"({"long_arg":"16","label":"request"},{"long_arg":"5","label":"pid"})", R"({"int_arg":0})"),
            hook("security_file_permission", 7, inj, R"({"file_arg":{"path":"/proc/5/mem"}},{"int_arg":2})"),
            tetragon("process_exec", 7, inj, "", 0,
                     R"(,"flags":"execve","pod":{"container":{"pid":3}},"docker":"abc")"),
            tetragon("process_exit", 7, inj, R"(,"status":2,"signal":"SIGKILL")"),
            tetragon("process_loader", 7, inj, R"(,"path":"/tmp/y.so")")};
}

std::string text_of(const QJsonValue& value) {
    return QJsonDocument(value.toObject()).toJson(QJsonDocument::Compact).toStdString() + "\n";
}

/// Every variant of `value` with one member or element anywhere replaced by each of `others`, or dropped.
void variants(const QJsonValue& value, const std::vector<QJsonValue>& others, std::vector<QJsonValue>& out) {
    const auto each_of = [&](const QJsonValue& child, const auto& with) {
        std::vector<QJsonValue> changed;
        variants(child, others, changed);
        for (const QJsonValue& one : changed) {
            out.push_back(with(one));
        }
        for (const QJsonValue& other : others) {
            out.push_back(with(other));
        }
    };
    if (value.isObject()) {
        const QJsonObject object = value.toObject();
        for (const QString& key : object.keys()) {
            QJsonObject without = object;
            without.remove(key);
            out.push_back(without);
            each_of(object[key], [&](const QJsonValue& changed) {
                QJsonObject with = object;
                with[key] = changed;
                return QJsonValue(with);
            });
        }
    } else if (value.isArray()) {
        const QJsonArray array = value.toArray();
        for (qsizetype i = 0; i < array.size(); ++i) {
            each_of(array[i], [&](const QJsonValue& changed) {
                QJsonArray with = array;
                with[i] = changed;
                return QJsonValue(with);
            });
        }
    }
}

}  // namespace

class EbpfRobustnessTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void any_member_may_be_missing_or_of_another_type() {
        const std::vector<QJsonValue> others{QJsonValue(),
                                             QJsonValue(true),
                                             QJsonValue(-1),
                                             QJsonValue(1e300),
                                             QJsonValue(QString()),
                                             QJsonValue(QStringLiteral("x")),
                                             QJsonValue(QStringLiteral("18446744073709551616")),
                                             QJsonObject{{QStringLiteral("value"), QJsonObject()}},
                                             QJsonArray{QJsonArray()}};
        std::size_t lines = 0;
        std::string all;
        for (const std::string& line : made_lines()) {
            const QJsonDocument document = QJsonDocument::fromJson(QByteArray::fromStdString(line));
            QVERIFY2(document.isObject(), line.c_str());
            std::vector<QJsonValue> changed;
            variants(document.object(), others, changed);
            for (const QJsonValue& one : changed) {
                all += text_of(one);
                ++lines;
            }
        }
        QVERIFY(lines > 3000);
        RecordingSink sink;
        const auto input = memory_input("all.jsonl", all);
        const Status read = make_linux_ebpf_importer()->parse(*input, {}, sink, {});
        QVERIFY(read.ok());
        QCOMPARE(sink.bad_places, std::uint64_t{0});
        QCOMPARE(sink.events.size() + sink.lost_count("ebpf_not_an_event"), lines);
        QCOMPARE(sink.lost_count("json_record_broken"), std::uint64_t{0});
        for (const RecordedEvent& e : sink.events) {
            QVERIFY2(e.operation != Operation::ptrace_traceme, e.raw.c_str());  // no request is not request 0
            QVERIFY2(!e.target.has_pid || e.target.pid != 0, e.raw.c_str());
        }
    }
};

QTEST_APPLESS_MAIN(EbpfRobustnessTest)
#include "ebpf_robustness_test.moc"
