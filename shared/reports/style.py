"""How the page of a report looks: on any screen, in any light, on A4."""

COLOURS = {
    "light": {
        "paper": "#ffffff",
        "ink": "#1b1f24",
        "quiet": "#57606a",
        "line": "#d0d7de",
        "bar": "#0b5cad",
        "before": "#1b1f24",
        "card": "#f3f6f9",
    },
    "dark": {
        "paper": "#0d1117",
        "ink": "#e6edf3",
        "quiet": "#9da7b3",
        "line": "#30363d",
        "bar": "#3f8ae0",
        "before": "#ffffff",
        "card": "#161b22",
    },
}

RULES = """
*{box-sizing:border-box}
html{color-scheme:light dark;-webkit-text-size-adjust:100%}
body{margin:0 auto;padding:1.5rem 1rem 3rem;max-width:62rem;background:var(--paper);
color:var(--ink);font:1rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif}
h1{font-size:1.75rem;line-height:1.2;margin:0 0 .5rem}
h2{font-size:1.25rem;line-height:1.3;margin:0 0 .75rem}
p{margin:0 0 .75rem;max-width:44rem}
.quiet,caption,dt{color:var(--quiet)}
section,footer{border-top:1px solid var(--line);margin-top:2rem;padding-top:1.25rem}
.cards{display:grid;gap:.75rem;margin:1.25rem 0 0;
grid-template-columns:repeat(auto-fit,minmax(9rem,1fr))}
.cards div{background:var(--card);border:1px solid var(--line);border-radius:.5rem;padding:.75rem}
.cards dd{margin:0;font-variant-numeric:tabular-nums}
.cards dd:nth-of-type(1){font-size:1.375rem;line-height:1.3;font-weight:600}
.cards dd+dd{font-size:.875rem;color:var(--quiet)}
.pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,20rem),1fr));gap:1.5rem}
.pair>*{min-width:0}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;margin:0 0 1rem;font-variant-numeric:tabular-nums}
caption{text-align:start;font-size:.875rem;padding-bottom:.25rem}
th,td{padding:.3rem .5rem .3rem 0;text-align:end;vertical-align:top;font-weight:400;
border-bottom:1px solid var(--line)}
td{white-space:nowrap}
th:first-child{text-align:start;min-width:7rem;width:45%;overflow-wrap:anywhere}
th:last-child,td:last-child{padding-inline-end:0}
thead th{color:var(--quiet);font-size:.875rem;vertical-align:bottom}
small{display:block;font-size:.8125rem;color:var(--quiet)}
svg{display:block;width:100%;height:auto}
.bar{height:.375rem;margin-top:.25rem}
.value{fill:var(--bar)}.mark{fill:var(--before)}.axis{stroke:var(--line);stroke-width:1}
svg text{fill:var(--quiet);font:10px system-ui,sans-serif;text-anchor:middle}
figure{margin:0}
footer ul{padding-inline-start:1.25rem;margin:0}
@media (max-width:30rem){body{padding-inline:.75rem}table{font-size:.875rem}
th,td{padding-inline-end:.375rem}}
@page{size:A4;margin:15mm}
@media print{body{padding:0;max-width:none;font-size:10pt}
.cards div{background:none}section{margin-top:1.25rem;padding-top:.75rem}
h2,caption,thead{break-after:avoid}section,tr,figure,.cards div{break-inside:avoid}
th,td{padding-block:.15rem}
thead{display:table-header-group}.scroll{overflow:visible}
.value,.mark{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
"""


def style_sheet() -> str:
    """The style of a page; paper is light whatever the screen is."""
    light, dark = (_variables(COLOURS[name]) for name in ("light", "dark"))
    screen = f"@media screen and (prefers-color-scheme:dark){{:root{{{dark}}}}}"
    return f":root{{{light}}}\n{screen}\n@media print{{html{{color-scheme:light}}}}{RULES}"


def _variables(colours: dict[str, str]) -> str:
    return ";".join(f"--{name}:{value}" for name, value in colours.items())
