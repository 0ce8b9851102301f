"""What tflite-support reads in files of `stylekit export`: run by `run`, not by pytest."""

import json
import sys

from tflite_support import metadata


def main() -> None:
    """Check every file named on the command line."""
    for path in sys.argv[1:]:
        check(path)


def check(path: str) -> None:
    """Exit with a message unless the metadata says what an app relies on."""
    displayer = metadata.MetadataDisplayer.with_model_file(path)
    root = json.loads(displayer.get_metadata_json())
    card = json.loads(displayer.get_associated_file_buffer("stylekit_card.json"))
    (graph,) = root["subgraph_metadata"]
    inputs = {tensor["name"]: tensor for tensor in graph["input_tensor_metadata"]}
    outputs = {tensor["name"]: tensor for tensor in graph["output_tensor_metadata"]}
    as_bytes = card["image_type"] == "uint8"

    expect(path, root["name"], card["name"])
    expect(path, set(inputs), set(card["inputs"]))
    if card["task"] == "texture":
        images, seen = [], "texture"
        expect(path, set(outputs), {"texture"})
    else:
        images, seen = [inputs["photo"]], "stylized"
        expect(path, set(outputs), {"stylized", "statistics"})
    expect(path, "Apache-2.0" in root["license"], True)
    for style in card["styles"]:
        expect(path, style in root["description"], True)
    packed = set(displayer.get_packed_associated_file_list())
    expect(path, packed, {file["name"] for file in root["associated_files"]})
    expect(path, packed, {"stylekit_card.json", *card["previews"].values()})

    for tensor in (*images, outputs[seen]):
        expect(path, tensor["content"]["content_properties"], {"color_space": "RGB"})
        expect(path, tensor["stats"], {"max": [255.0 if as_bytes else 1.0], "min": [0.0]})
    white = 1.0 if as_bytes else 255.0
    for image in images:
        expect(path, normalization(image), (0.0, white))
    expect(path, abs(normalization(outputs[seen])[1] * white - 1) < 1e-3, True)

    noise = [name for name in inputs if name.startswith("noise")]
    expect(path, bool(noise), bool(card.get("noise")))
    for name in noise:
        expect(path, inputs[name]["stats"], {"max": [1.0], "min": [0.0]})

    # How tensors lie in the file, which metadata must follow.
    order = [tensor["name"] for tensor in graph["input_tensor_metadata"]]
    print(f"{path}: tflite-support reads {root['name']}, inputs {', '.join(order)}")


def normalization(tensor: dict) -> tuple[float, float]:
    """Mean and deviation of the only process unit."""
    (unit,) = tensor["process_units"]
    expect(tensor["name"], unit["options_type"], "NormalizationOptions")
    return unit["options"]["mean"][0], unit["options"]["std"][0]


def expect(where: str, found: object, expected: object) -> None:
    """Exit unless both are equal."""
    if found != expected:
        sys.exit(f"{where}: found {found!r}, expected {expected!r}")


if __name__ == "__main__":
    main()
