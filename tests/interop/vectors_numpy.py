"""The project's vectors, made anew: every input from the formulas in manifest.json alone has the bits
of the file.

    vectors_numpy.py PROGRAM FOLDER      `PROGRAM vectors --out FOLDER` first
"""
import json, re, subprocess, sys
import numpy as np

program, folder = sys.argv[1:]
subprocess.run([program, "vectors", "--out", folder], check=True, stdout=subprocess.DEVNULL)
sequence = re.compile(r"(\w+)_k = (.+) \+ (.+)·\(\(\((\d+)k \+ (\d+)\) mod (\d+)\)/\6\)")


def inputs(text, shapes):
    """The arrays that the manifest's text describes; of which shape they are, the case has to say."""
    made = {}
    for sentence in text.strip("; ").split("; "):
        k = lambda key: np.arange(np.prod(shapes[key], dtype=int)).reshape(shapes[key])
        if found := sequence.fullmatch(sentence):
            key, low, width, a, c, m = found.groups()
            made[key] = float(low) + float(width) * ((int(a) * k(key) + int(c)) % int(m) / int(m))
        elif found := re.fullmatch(r"(mask\d)_k = 0 where k mod 3 is 1, else 1", sentence):
            made[found[1]] = np.where(k(found[1]) % 3 == 1, 0, 1)
        elif found := re.fullmatch(r"labels_q = q mod (\d+)", sentence):
            made["labels"] = k("labels") % int(found[1])
        elif sentence == "then W2 is W1 transposed":
            made["W2"] = made["W1"].T
        elif sentence == "then W2 is W1":
            made["W2"] = made["W1"]
        else:
            key, value = sentence.split(" = ")
            made[key] = np.array(json.loads(value.replace("'", '"')))
    return made


with open(f"{folder}/manifest.json", encoding="utf-8") as file:
    cases = [entry for entry in json.load(file) if "inputs" in entry]
for entry in cases:
    case = dict(np.load(f"{folder}/{entry['case']}"))
    made = inputs(entry["inputs"], {key: value.shape for key, value in case.items()})
    assert made.keys() == case.keys(), f"{entry['case']}: {made.keys() ^ case.keys()}"
    for key, value in case.items():
        assert np.array_equal(made[key], value), f"{entry['case']}: {key}"
assert len(cases) > 20, len(cases)
