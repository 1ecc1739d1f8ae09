#include <algorithm>

#include "ui/bridge/qt_convert.h"
#include "ui/viewmodel/undo_commands.h"
#include "ui/viewmodel/workspace_private.h"

namespace trocar::ui {
namespace {

std::vector<ChainId> visibleChains(const FindingView& view) {
    std::vector<ChainId> ids;
    for (const Finding& row : view.rows()) {
        if (row.kind == FindingKind::chain && view.is_visible(row)) {
            ids.push_back(row.id);
        }
    }
    std::sort(ids.begin(), ids.end());
    return ids;
}

}  // namespace

Nanos Workspace::Private::window(const ParameterSet& set) const {
    for (const ParameterSpec& spec : analytic->parameters) {
        if (spec.scope == Scope::window && std::holds_alternative<Nanos>(spec.initial)) {
            return set.duration(spec);
        }
    }
    return kInfiniteNanos;
}

WindowMeasure Workspace::Private::measure(const ParameterSet& set) const {
    for (const ParameterSpec& spec : analytic->parameters) {
        if (std::holds_alternative<WindowMeasure>(spec.initial)) {
            return std::get<WindowMeasure>(set.get(spec));
        }
    }
    return WindowMeasure::span;
}

std::optional<Scope> Workspace::Private::difference(const ParameterSet& a, const ParameterSet& b) const {
    std::optional<Scope> highest;
    for (const ParameterSpec& spec : analytic->parameters) {
        if (!(a.get(spec) == b.get(spec)) && (!highest || spec.scope > *highest)) {
            highest = spec.scope;
        }
    }
    return highest;
}

void Workspace::Private::pushParameters(const QString& text, const QString& mergeKey, bool dragging,
                                        const ParameterSet& after) {
    // A drag's commands share a key that no later drag has.
    const QString key = mergeKey.isEmpty() ? QString() : QStringLiteral("%1 %2").arg(mergeKey).arg(drag);
    drag += dragging ? 0 : 1;
    if (difference(parameters, after)) {
        // Every value written out, so that sets that mean the same are equal (a drag back to its start is no step).
        const auto full = [this](const ParameterSet& set) {
            ParameterSet all;
            for (const ParameterSpec& spec : analytic->parameters) {
                all.set(spec, set.get(spec));
            }
            return all;
        };
        undo.push(new ValueCommand<ParameterSet>(text, key, dragging, full(parameters), full(after),
                                                 [this](const ParameterSet& set) { applyParameters(set); }));
    }
}

void Workspace::Private::applyParameters(const ParameterSet& set) {
    const auto changed = difference(parameters, set);
    parameters = set;
    if (!changed) {
        return;
    }
    persist.start();
    if (view) {
        // Whatever else changes, the window is answered at once.
        const Nanos to = window(parameters);
        const WindowMeasure how = measure(parameters);
        if (view->window() != to || view->measure() != how) {
            view->set_window(to, how);
            compareWithBaseline();
        }
    }
    Q_EMIT q->parametersChanged();
    if (*changed == Scope::window) {
        Q_EMIT q->windowMoved();
    } else {
        correlate();
    }
}

std::vector<HideRule> Workspace::Private::hideRules() const {
    std::vector<HideRule> rules;
    for (const Suppression& s : suppressions) {
        if (!s.revoked) {
            rules.push_back({s.source_glob, s.target_glob});
        }
    }
    return rules;
}

void Workspace::Private::correlate() {
    if (!capture) {
        return;
    }
    const auto needsPass = [this](const ParameterSet& a, const ParameterSet& b) {
        const auto changed = difference(a, b);
        return changed && *changed >= Scope::step;
    };
    // The passes that still hold; a null one is run again.
    std::shared_ptr<const Analysis> present = analysis && !needsPass(analysed, parameters) ? analysis : nullptr;
    const bool sameAsBaseline = !needsPass(baseline, parameters);
    std::shared_ptr<const Analysis> before = sameAsBaseline ? nullptr : baselineAnalysis;
    correlator.run(
        [data = capture, what = analytic, set = parameters, base = baseline, rules = hideRules(),
         withPartial = partial, present, before, earlier = analysis,
         sameAsBaseline](std::stop_token stop) -> Result<Correlation> {
            Correlation out;
            out.analysis = present;
            if (!out.analysis) {
                auto run = Analysis::run(data, *what, set, stop, earlier.get());
                if (!run.ok()) {
                    return run.error();
                }
                out.analysis = std::move(run.value());
            }
            out.baselineAnalysis = sameAsBaseline ? out.analysis : before;
            if (!out.baselineAnalysis) {
                auto run = Analysis::run(data, *what, base, stop, out.analysis.get());
                if (!run.ok()) {
                    return run.error();
                }
                out.baselineAnalysis = std::move(run.value());
            }
            out.view = std::make_unique<FindingView>(out.analysis, set, withPartial, rules);
            const FindingView baselineView(out.baselineAnalysis, base, false, rules);
            out.baselineChains = visibleChains(baselineView);
            return out;
        },
        [this, set = parameters, sameAsBaseline](Result<Correlation>&& done) {
            if (!done.ok()) {
                fail(done.error());
                return;
            }
            Correlation& out = done.value();
            analysis = std::move(out.analysis);
            analysed = set;
            baselineAnalysis = sameAsBaseline ? nullptr : std::move(out.baselineAnalysis);
            baselineChains = std::move(out.baselineChains);
            view = std::move(out.view);
            view->set_window(window(parameters), measure(parameters));  // it may have moved meanwhile
            compareWithBaseline();
            Q_EMIT q->findingsChanged();
        });
}

void Workspace::Private::compareWithBaseline() {
    gained.clear();
    lost.clear();
    const auto changed = difference(baseline, parameters);
    if (!changed) {
        return;
    }
    if (*changed == Scope::window && measure(baseline) == measure(parameters)) {
        std::tie(gained, lost) = view->difference(window(baseline));
        return;
    }
    const std::vector<ChainId> now = visibleChains(*view);
    std::set_difference(now.begin(), now.end(), baselineChains.begin(), baselineChains.end(),
                        std::back_inserter(gained));
    std::set_difference(baselineChains.begin(), baselineChains.end(), now.begin(), now.end(),
                        std::back_inserter(lost));
}

std::vector<std::pair<std::string, std::string>> Workspace::Private::stored(const ParameterSet& set) const {
    std::vector<std::pair<std::string, std::string>> values;
    for (const ParameterSpec& spec : analytic->parameters) {
        values.emplace_back(std::string(analytic->id) + "." + std::string(spec.name),
                            format_parameter(set.get(spec)));
    }
    return values;
}

ParameterSet Workspace::Private::restored(const std::vector<std::pair<std::string, std::string>>& values) const {
    ParameterSet set;
    for (const auto& [name, text] : values) {
        for (const ParameterSpec& spec : analytic->parameters) {
            if (name == std::string(analytic->id) + "." + std::string(spec.name)) {
                // A value this version does not accept is left at its start: the case may come from elsewhere.
                if (auto value = parse_parameter(spec, text); value.ok()) {
                    set.set(spec, std::move(value.value()));
                }
            }
        }
    }
    return set;
}

void Workspace::Private::storeParameters() {
    persist.stop();
    // Looking at a case leaves it, and its log, as they were.
    if (open && writing && difference(kept, parameters)) {
        kept = parameters;
        for (const auto& [name, text] : stored(parameters)) {
            keptValues[name] = text;
        }
        edit([values = stored(parameters)](CaseFile& file) { return file.set_parameters(values); });
    }
}

void Workspace::Private::dropFindings() {
    analysis.reset();
    baselineAnalysis.reset();
    view.reset();
    baselineChains.clear();
    gained.clear();
    lost.clear();
}

void Workspace::Private::useAnalytic(const Analytic& chosen) {
    storeParameters();
    analytic = &chosen;
    parameters = kept = restored({keptValues.begin(), keptValues.end()});
    baseline = {};
    baselineName.clear();
    correlator.cancel();
    dropFindings();
    Q_EMIT q->analyticChanged();
    Q_EMIT q->parametersChanged();
    Q_EMIT q->findingsChanged();
    correlate();
}

const Analytic& Workspace::analytic() const {
    return *d->analytic;
}

void Workspace::chooseAnalytic(std::string_view id) {
    const Analytic* chosen = find_analytic(id);
    if (chosen != nullptr && chosen != d->analytic) {
        d->undo.push(new ValueCommand<const Analytic*>(tr("choose %1").arg(fromOurs(chosen->id)), {}, false, d->analytic,
                                                       chosen, [this](const Analytic* a) { d->useAnalytic(*a); }));
    }
}

const ParameterSet& Workspace::parameters() const {
    return d->parameters;
}

void Workspace::setParameter(const ParameterSpec& spec, const ParameterValue& value, bool dragging) {
    ParameterSet after = d->parameters;
    after.set(spec, value);
    const QString name = fromOurs(spec.name);
    d->pushParameters(tr("move %1").arg(name), name, dragging, after);
}

void Workspace::resetParameters() {
    d->pushParameters(tr("reset parameters"), {}, false, ParameterSet());
}

const FindingView* Workspace::findings() const {
    return d->view.get();
}

QString Workspace::baselineName() const {
    return d->baselineName;
}

const std::vector<ChainId>& Workspace::gained() const {
    return d->gained;
}

const std::vector<ChainId>& Workspace::lost() const {
    return d->lost;
}

void Workspace::saveProfile(const QString& name) {
    const std::string key = toUtf8(name.trimmed());
    if (key.empty()) {
        return;
    }
    SavedProfile profile{key, d->stored(d->parameters)};
    const auto same = std::find_if(d->profiles.begin(), d->profiles.end(),
                                   [&](const SavedProfile& p) { return p.name == key; });
    if (same == d->profiles.end()) {
        d->profiles.push_back(profile);
    } else {
        *same = profile;
    }
    d->edit([profile](CaseFile& file) { return file.save_profile(profile); });
    d->baseline = d->parameters;
    d->baselineName = name.trimmed();
    d->baselineAnalysis.reset();
    Q_EMIT parametersChanged();
    d->correlate();
}

void Workspace::applyProfile(const QString& name) {
    const auto saved = std::find_if(d->profiles.begin(), d->profiles.end(),
                                    [&](const SavedProfile& p) { return fromEvidence(p.name) == name; });
    if (!name.isEmpty() && saved == d->profiles.end()) {
        return;
    }
    const ParameterSet set = name.isEmpty() ? ParameterSet() : d->restored(saved->values);
    d->baseline = set;
    d->baselineName = name;
    d->baselineAnalysis.reset();
    d->pushParameters(name.isEmpty() ? tr("apply the starting values") : tr("apply profile %1").arg(name), {}, false,
                      set);
    d->correlate();
    Q_EMIT parametersChanged();
}

QStringList Workspace::profiles() const {
    QStringList names;
    const std::string prefix = std::string(d->analytic->id) + ".";
    for (const SavedProfile& profile : d->profiles) {
        const auto& values = profile.values;
        if (std::any_of(values.begin(), values.end(), [&](const auto& v) { return v.first.starts_with(prefix); })) {
            names += fromEvidence(profile.name);
        }
    }
    return names;
}

bool Workspace::showPartial() const {
    return d->partial;
}

void Workspace::setShowPartial(bool on) {
    if (on != d->partial) {
        d->partial = on;
        d->correlate();
    }
}

}  // namespace trocar::ui
