"""How the page of a description looks: on any screen, in any light, on A4."""

from shared.reports.style import COLOURS

RULES = """
*{box-sizing:border-box}
html{color-scheme:light dark;-webkit-text-size-adjust:100%;scroll-padding-top:1rem}
body{margin:0 auto;padding:1.5rem 1rem 3rem;max-width:62rem;background:var(--paper);
color:var(--ink);font:1rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif}
h1{font-size:1.75rem;line-height:1.2;margin:0 0 .5rem}
h2{font-size:1.375rem;line-height:1.3;margin:0 0 .5rem}
h3{font-size:1.125rem;line-height:1.4;margin:0 0 .25rem;overflow-wrap:anywhere}
h4{font-size:.875rem;margin:1rem 0 .25rem;color:var(--quiet)}
p,ul,dl{margin:0 0 .75rem;max-width:44rem}
ul{padding-inline-start:1.25rem}
a{color:var(--bar)}
code,pre{font:.875em/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
code{overflow-wrap:anywhere}
pre{margin:0;padding:.75rem;background:var(--card);border:1px solid var(--line);
border-radius:.5rem;overflow-x:auto;font-size:.8125rem}
pre.line{white-space:pre-wrap;overflow-wrap:anywhere}
.quiet,caption,small{color:var(--quiet)}
section{border-top:1px solid var(--line);margin-top:2rem;padding-top:1.25rem}
article{margin-top:2rem}
.verb{display:inline-block;min-width:4.25rem;padding:0 .4rem;margin-inline-end:.5rem;
border:1px solid var(--line);border-radius:.25rem;background:var(--card);text-align:center;
font-size:.8125rem}
.index{columns:18rem;column-gap:1.5rem;margin-top:1.25rem}
.index>div{break-inside:avoid;margin-bottom:.75rem}
.index h2{font-size:1rem;margin:0}
.index ul{list-style:none;padding:0;margin:0;font-size:.875rem}
.index li{display:flex;gap:.5rem;align-items:start}
.index .verb{flex:none;margin:0 0 .125rem}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:.875rem}
caption{text-align:start;padding:1rem 0 .25rem;font-weight:600}
th,td{padding:.3rem .75rem .3rem 0;text-align:start;vertical-align:top;font-weight:400;
border-bottom:1px solid var(--line);overflow-wrap:break-word}
table+p{margin-top:.5rem}
th:first-child{width:28%}.members th:nth-child(2){width:27%}
.answers th:first-child{width:4rem}.answers td:last-child{width:30%}
thead th{color:var(--quiet)}
td ul{margin:0;padding-inline-start:1rem}
td p{margin:0}
@media (max-width:30rem){body{padding-inline:.75rem}
table,thead,tbody,tr,th,td{display:block;width:auto}thead{display:none}
th:first-child,.answers th:first-child,.answers td:last-child,.members th:nth-child(2){width:auto}
th:first-child{border:0;padding-bottom:0}th:not(:first-child),td:not(:last-child){
border:0;padding-block:0}}
@page{size:A4;margin:15mm}
@media print{body{padding:0;max-width:none;font-size:9.5pt}pre{background:none;
white-space:pre-wrap;overflow-wrap:anywhere}
h2,h3,h4,caption,thead{break-after:avoid}tr,pre{break-inside:avoid}
thead{display:table-header-group}a{color:inherit}}
"""


def style_sheet() -> str:
    """The style of a page; paper is light whatever the screen is."""
    light, dark = (
        ";".join(f"--{name}:{value}" for name, value in COLOURS[each].items())
        for each in ("light", "dark")
    )
    screen = f"@media screen and (prefers-color-scheme:dark){{:root{{{dark}}}}}"
    return f":root{{{light}}}\n{screen}\n@media print{{html{{color-scheme:light}}}}{RULES}"
