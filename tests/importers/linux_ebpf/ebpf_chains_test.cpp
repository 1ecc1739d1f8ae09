// From lines of a sensor to AN1400's chains: made lines, the chain expected of each.
#include "core/detect/analysis.h"
#include "core/store/case_file.h"
#include "core/store/import_case.h"
#include "importers/builtin_importers.h"
#include "tests/importers/linux_ebpf/sensor_lines.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <string>

using namespace trocar;
using namespace trocar::test;

namespace {

const std::string kInj = "/tmp/inj";

/// "kind source->target technique span_ms grade", one a line, of the findings shown by default.
QString findings_of(const std::string& lines) {
    const QTemporaryDir folder;
    const QString evidence = folder.filePath(QStringLiteral("events.jsonl"));
    QFile file(evidence);
    if (!file.open(QIODevice::WriteOnly) || file.write(lines.data(), static_cast<qint64>(lines.size())) < 0) {
        return QStringLiteral("not written");
    }
    file.close();
    const std::string path = folder.filePath(QStringLiteral("x.trocar")).toStdString();
    const auto imported = import_evidence(path, {evidence.toStdString()}, {}, builtin_importers(), {});
    if (!imported.ok()) {
        return QString::fromStdString(imported.error().message);
    }
    const auto opened = CaseFile::open(path, CaseFile::Mode::read_only);
    const auto capture = opened.value()->load_capture();
    const auto analysis = Analysis::run(capture.value(), *find_analytic("AN1400"), {}, {});
    const FindingView view(analysis.value(), {}, false);
    const auto pid = [&](ProcessId id) {
        const auto& lives = capture.value()->processes.lives;
        return id.value < lives.size() ? QString::number(lives[id.value].pid) : QStringLiteral("?");
    };
    QStringList out;
    for (const Finding& row : view.rows()) {
        if (view.is_visible(row)) {
            const std::string_view technique = row.technique;
            out += QStringLiteral("%1 %2->%3 %4 %5 %6")
                       .arg(QString::fromUtf8(name(row.kind).data()), pid(row.source), pid(row.target),
                            QString::fromUtf8(technique.data(), static_cast<qsizetype>(technique.size())),
                            QString::number(row.kind == FindingKind::chain ? row.span.count / 1'000'000 : -1),
                            QString::fromUtf8(name(row.grade).data()));
        }
    }
    out.sort();
    return out.join(QLatin1Char('\n'));
}

std::string exec_of(const std::string& sensor, int pid, const std::string& exe, int ms) {
    if (sensor == "tracee") {
        return tracee("sched_process_exec", pid, "/usr/bin/bash", arg("pathname", "\"" + exe + "\""), "0",
                      ms);
    }
    return sensor == "falco" ? falco("execve", pid, exe, R"(,"evt.res":"SUCCESS")", ms)
                             : tetragon("process_exec", pid, exe, "", ms);
}

/// ptrace by a sensor's own words.
std::string ptrace_of(const std::string& sensor, const std::string& request, int ms,
                      const std::string& result = "0") {
    if (sensor == "tracee") {
        return tracee("ptrace", 7, kInj, ptrace_args(request, 5), result, ms);
    }
    if (sensor == "falco") {
        return falco("ptrace", 7, kInj,
                     R"(,"evt.args":"request=)" + request + R"( pid=5 ","evt.rawres":)" + result, ms);
    }
    return hook("__x64_sys_ptrace", 7, kInj, R"({"long_arg":")" + request + R"("},{"long_arg":"5"})",
                R"({"long_arg":")" + result + "\"}", ms);
}
std::string writev_of(const std::string& sensor, int ms, const std::string& result = "64") {
    if (sensor == "tracee") {
        return tracee("process_vm_writev", 7, kInj, arg("pid", "5"), result, ms);
    }
    return sensor == "falco" ? falco("process_vm_writev", 7, kInj,
                                     R"~(,"evt.arg.pid":"5(srv)","evt.rawres":)~" + result, ms)
                             : hook("__x64_sys_process_vm_writev", 7, kInj, R"({"int_arg":5})",
                                    R"({"long_arg":")" + result + "\"}", ms);
}
std::string open_of(const std::string& sensor, const std::string& file, const std::string& flags, int ms) {
    if (sensor == "tracee") {
        return tracee("openat", 7, kInj, arg("pathname", "\"" + file + "\"") + "," + arg("flags", flags), "3",
                      ms);
    }
    return sensor == "falco"
               ? falco("openat", 7, kInj,
                       R"(,"fd.name":")" + file + R"(","evt.arg.flags":)" + flags + R"(,"evt.rawres":3)", ms)
               : hook("__x64_sys_openat", 7, kInj,
                      R"({"int_arg":-100},{"string_arg":")" + file + R"("},{"int_arg":)" + flags + "}",
                      R"({"int_arg":3})", ms);
}
std::string memfd_of(const std::string& sensor, int ms) {
    if (sensor == "tracee") {
        return tracee("memfd_create", 7, kInj, arg("uname", "\"m\"") + "," + arg("flags", "1"), "3", ms);
    }
    return sensor == "falco" ? falco("memfd_create", 7, kInj, R"(,"evt.arg.name":"m","evt.rawres":3)", ms)
                             : hook("__x64_sys_memfd_create", 7, kInj, R"({"string_arg":"m"},{"int_arg":1})",
                                    R"({"int_arg":3})", ms);
}

}  // namespace

class EbpfChainsTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void every_pattern_of_every_sensor_data() {
        QTest::addColumn<QString>("lines");
        QTest::addColumn<QString>("findings");
        for (const std::string sensor : {"tracee", "falco", "tetragon"}) {
            const std::string lives = exec_of(sensor, 5, "/usr/sbin/srv", 0) + exec_of(sensor, 7, kInj, 1);
            const auto row = [&](const char* what, const std::string& lines, const char* findings) {
                QTest::addRow("%s, %s", sensor.c_str(), what)
                    << QString::fromStdString(lives + lines) << QString::fromUtf8(findings);
            };
            row("ptrace",
                ptrace_of(sensor, "16", 100) + ptrace_of(sensor, "4", 140) + ptrace_of(sensor, "13", 150) +
                    ptrace_of(sensor, "17", 160),
                "chain 7->5 T1055.008 40 corroborated");
            row("refused", ptrace_of(sensor, "16", 100, "-1"), "");
            row("process_vm_writev", ptrace_of(sensor, "16902", 100) + writev_of(sensor, 130),
                "chain 7->5 T1055.008 0 shape");
            row("process_vm_writev alone", writev_of(sensor, 130), "chain 7->5 T1055 0 shape");
            row("process_vm_writev refused", writev_of(sensor, 130, "-1"), "");
            row("mem", open_of(sensor, "/proc/5/maps", "0", 100) + open_of(sensor, "/proc/5/mem", "1", 130),
                "chain 7->5 T1055.009 30 shape");
            row("mem to read",
                open_of(sensor, "/proc/5/maps", "0", 100) + open_of(sensor, "/proc/5/mem", "0", 130), "");
            row("memfd", memfd_of(sensor, 100) + exec_of(sensor, 7, "memfd:m", 120),
                "chain 7->7 T1620 20 corroborated");
        }
    }

    void every_pattern_of_every_sensor() {
        QFETCH(QString, lines);
        QFETCH(QString, findings);
        QCOMPARE(findings_of(lines.toStdString()), findings);
    }

    // Policies of Tracee as delivered print findings alone: each is the step it found.
    void findings_of_signatures_make_chains() {
        const std::string attach = tracee("anti", 7, kInj,
                                          arg("triggeredBy", R"({"args":[)" + ptrace_args("16", 5) +
                                                                 R"(],"name":"ptrace","returnValue":0})"));
        const std::string poke = tracee("ptrace_code_injection", 7, kInj,
                                        arg("triggeredBy", R"({"args":[)" + ptrace_args("5", 5) +
                                                               R"(],"name":"ptrace","returnValue":0})"),
                                        "0", 9);
        QCOMPARE(findings_of(attach + poke), QStringLiteral("chain 7->5 T1055.008 9 shape"));
        QCOMPARE(findings_of(poke), QStringLiteral("lone 7->5 T1055.008 -1 execution only"));
    }

    // A container's processes are the host's: one chain, and the pid in the container is not another
    // process's.
    void chains_within_a_container() {
        const std::string target =
            tracee("openat", 105, "/app", arg("pathname", "\"/x\"") + "," + arg("flags", "0"), "3", 0, 5);
        const std::string other =
            tracee("openat", 5, "/usr/sbin/srv", arg("pathname", "\"/x\"") + "," + arg("flags", "0"), "3");
        QCOMPARE(
            findings_of(target + other + tracee("process_vm_writev", 107, kInj, arg("pid", "5"), "8", 2, 4)),
            QStringLiteral("chain 107->105 T1055 0 shape"));
    }
};

QTEST_APPLESS_MAIN(EbpfChainsTest)
#include "ebpf_chains_test.moc"
