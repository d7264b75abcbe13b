"""How every form of ours is drawn."""

from django.forms.renderers import TemplatesSetting


class DesignRenderer(TemplatesSetting):
    """Draws fields with label above, help below the label and the error beside the field."""

    field_template_name = "forms/field.html"
    form_template_name = "forms/form.html"
